package org.splatline.pipeline.stage;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;
import org.splatline.pipeline.sfm.SfmConfig;
import org.splatline.pipeline.sfm.SfmStage;

/** COLMAP's version, asked of the driver's COLMAP when first wanted. */
public final class ColmapVersionOnce {
  private final SfmConfig config;
  private String version;
  private SceneException refusal;

  public ColmapVersionOnce(SfmConfig config) {
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
  public String nameOrNone() {
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
