package org.splatline.pipeline.config;

import java.util.Locale;

/**
 * The stages of a scene, in order. Each one is a Spark job, but a new training is evaluated in its
 * own job. Evaluation also exports. FEATURES is the part of SFM that needs a GPU, where the
 * executors with GPUs are others than those of SFM; a scene's rows count it to SFM.
 */
public enum Stage {
  INGEST,
  FEATURES,
  SFM,
  TRAIN,
  EVALUATE,
  PUBLISH;

  /** The name in content keys, table rows, STATUS.json and settings, as in {@code sfm}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
