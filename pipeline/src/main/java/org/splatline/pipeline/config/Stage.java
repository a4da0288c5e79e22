package org.splatline.pipeline.config;

import java.util.Locale;

/**
 * The stages of a scene, in order. Each one is a Spark job. Training also evaluates and exports.
 */
public enum Stage {
  INGEST,
  SFM,
  TRAIN,
  PUBLISH;

  /** The name in content keys, table rows, STATUS.json and settings, as in {@code sfm}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
