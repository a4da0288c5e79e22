package org.splatline.pipeline.job;

import java.util.Locale;

/** Which scenes go first; each a pool of Spark's fair scheduler (fairscheduler.xml). */
public enum ScenePriority {
  HIGH,
  NORMAL,
  LOW;

  /** The pool's name. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
