package org.splatline.gpu.sfm;

/** Receives the progress of a reconstruction. */
@FunctionalInterface
public interface SfmListener {
  /** Ignores everything. */
  SfmListener NONE = (stage, done, total) -> {};

  /**
   * Called on the thread that reads COLMAP's output, or that calls the stage.
   *
   * @param command the COLMAP command that runs, as in {@code feature_extractor}, or {@code
   *     gpu_matcher}
   * @param done photographs or blocks of pairs, from 1
   * @param total photographs or blocks of pairs
   */
  void onProgress(String command, int done, int total);

  /** Called once mapping has ended, whether a model was found or not. */
  default void onReport(SfmReport report) {}
}
