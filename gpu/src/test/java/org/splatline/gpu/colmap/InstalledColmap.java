package org.splatline.gpu.colmap;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import org.splatline.gpu.verdict.SceneException;

/** COLMAP on this machine. Without it, tests that need it are skipped, with the reason. */
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
