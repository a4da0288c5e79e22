package org.splatline.pipeline.input;

import java.util.Locale;

/** Which scenes go first. Each priority is a pool of Spark's fair scheduler (pools.xml). */
public enum ScenePriority {
  HIGH,
  NORMAL,
  LOW;

  /** The pool's name. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
