package org.splatline.gpu.backend;

import java.util.List;

/**
 * Where and how errors are measured, so that Gaussians grow where pictures are wrong. The error of
 * a pixel is the mean over its channels of |rendered - target|, and at most 1. It counts if it is
 * above the gate and if the target's mask counts the pixel. A Gaussian's score is the sum, over
 * views and pixels, of its blending weight (alpha times the transmittance before it) times the
 * error (Bulò et al. 2024, "Revising Densification in Gaussian Splatting"). Targets are not
 * blurred.
 *
 * @param targets indices of the targets; empty: no errors are measured
 * @param render how to render
 * @param gate smallest error that does not count, from 0 to 1
 */
public record ErrorViews(List<Integer> targets, RenderSettings render, float gate) {
  /** No errors are measured. */
  public static final ErrorViews NONE =
      new ErrorViews(List.of(), new RenderSettings(0, 0, 0, 0), 0);

  public ErrorViews {
    targets = List.copyOf(targets);
  }

  /** Whether no errors are measured. */
  public boolean isNone() {
    return targets.isEmpty();
  }
}
