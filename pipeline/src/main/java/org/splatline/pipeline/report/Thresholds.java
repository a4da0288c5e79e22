package org.splatline.pipeline.report;

import static org.splatline.gpu.Checks.checkArgument;

/**
 * How large a difference must be to count as a change. Smaller ones are chance: two trainings of
 * the same scene differ by about 0.15 dB, sometimes by 0.4 dB.
 *
 * @param psnr dB, above 0
 * @param ssim above 0
 * @param bytes factor above 1
 * @param seconds factor above 1
 * @param cost factor above 1
 */
public record Thresholds(double psnr, double ssim, double bytes, double seconds, double cost) {
  /** What a page counts as a change, and {@code compare} unless told otherwise. */
  public static final Thresholds DEFAULT = new Thresholds(0.5, 0.02, 1.2, 1.5, 1.5);

  public Thresholds {
    checkArgument(psnr > 0, "Invalid --psnr: %s dB is not above 0", psnr);
    checkArgument(ssim > 0, "Invalid --ssim: %s is not above 0", ssim);
    checkArgument(bytes > 1, "Invalid --bytes: factor %s is not above 1", bytes);
    checkArgument(seconds > 1, "Invalid --seconds: factor %s is not above 1", seconds);
    checkArgument(cost > 1, "Invalid --cost: factor %s is not above 1", cost);
  }
}
