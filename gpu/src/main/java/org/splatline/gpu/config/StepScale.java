package org.splatline.gpu.config;

/** Scales step-valued settings with the length of training. */
public final class StepScale {
  private StepScale() {}

  /** {@code steps * factor}, rounded and at least 1; 0 stays 0. */
  public static int scale(int steps, double factor) {
    return steps == 0 ? 0 : (int) Math.max(1, Math.round(steps * factor));
  }
}
