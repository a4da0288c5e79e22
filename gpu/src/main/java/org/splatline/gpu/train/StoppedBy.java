package org.splatline.gpu.train;

import java.util.Locale;

/** Why training ended. */
public enum StoppedBy {
  STEPS,
  PLATEAU,
  TARGET,
  CANCELLED;

  /** The word in metrics.json. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
