package org.splatline.pipeline.job;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.splatline.gpu.scene.SceneException;
import org.splatline.gpu.scene.Verdict;
import org.splatline.pipeline.colmap.SfmConfig;
import org.splatline.pipeline.colmap.SfmStage;

/** COLMAP's version, asked of the driver's COLMAP when first wanted. */
final class ColmapVersionOnce {
  private final SfmConfig config;
  private String version;
  private SceneException refusal;

  ColmapVersionOnce(SfmConfig config) {
    this.config = config;
  }

  /** Throws {@link SceneException} TOOL_MISSING or TOOL_INCOMPATIBLE, each time anew. */
  synchronized String get() {
    if (version == null && refusal == null) {
      ask();
    }
    if (refusal != null) {
      throw new SceneException(refusal.verdict(), refusal.getMessage(), refusal);
    }
    return version;
  }

  /** For the tables: {@code none} where it can't be used. */
  String nameOrNone() {
    try {
      return get();
    } catch (SceneException e) {
      return "none";
    }
  }

  private void ask() {
    try {
      version = new SfmStage(config).colmapVersion();
    } catch (SceneException e) {
      refusal = e;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SceneException(Verdict.CANCELLED, "Cancelled while asking COLMAP's version", e);
    }
  }
}
