package org.splatline.pipeline.stage;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;
import org.splatline.pipeline.sfm.SfmConfig;
import org.splatline.pipeline.sfm.SfmStage;

/** The version of the driver's COLMAP. COLMAP is asked once, when the version is first needed. */
public final class ColmapVersionCache {
  private final SfmConfig config;
  private String version;
  private SceneException refusal;

  public ColmapVersionCache(SfmConfig config) {
    this.config = config;
  }

  /**
   * The version.
   *
   * @throws SceneException TOOL_MISSING or TOOL_INCOMPATIBLE, at every call
   */
  synchronized String get() {
    if (version == null && refusal == null) {
      ask();
    }
    if (refusal != null) {
      throw new SceneException(refusal.verdict(), refusal.getMessage(), refusal);
    }
    return version;
  }

  /** The version for the tables; {@code none} where COLMAP cannot be used. */
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
