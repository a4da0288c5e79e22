package org.splatline.gpu.colmap;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import org.splatline.gpu.verdict.SceneException;

/** COLMAP on this machine; tests that want it skip, with the reason, where it isn't. */
final class InstalledColmap {
  private InstalledColmap() {}

  static ColmapBinary require() throws IOException, InterruptedException {
    ColmapBinary colmap = new ColmapBinary("colmap");
    try {
      colmap.probe();
    } catch (SceneException e) {
      abort("skipped: " + e.getMessage());
    }
    return colmap;
  }
}
