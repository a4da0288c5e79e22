package org.splatline.pipeline.sfm;

/** Hears how far a reconstruction is. Called on the thread that drains COLMAP's output. */
@FunctionalInterface
public interface SfmListener {
  /** Hears nothing. */
  SfmListener NONE = (stage, done, total) -> {};

  /**
   * @param stage the COLMAP command at work, as in {@code feature_extractor}
   * @param done photographs or blocks of pairs, from 1
   * @param total of them
   */
  void onProgress(String stage, int done, int total);
}
