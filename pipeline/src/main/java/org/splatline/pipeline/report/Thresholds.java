package org.splatline.pipeline.report;

import static org.splatline.gpu.Checks.checkArgument;

/**
 * What counts as a change. Below these, runs differ by chance: two trainings of the same scene lie
 * some 0.15 dB apart, now and then 0.4.
 *
 * @param psnr dB, above 0
 * @param ssim above 0
 * @param bytes factor above 1
 * @param seconds factor above 1
 * @param cost factor above 1
 */
public record Thresholds(double psnr, double ssim, double bytes, double seconds, double cost) {
  public Thresholds {
    checkArgument(psnr > 0, "Invalid --psnr: %s dB is not above 0", psnr);
    checkArgument(ssim > 0, "Invalid --ssim: %s is not above 0", ssim);
    checkArgument(bytes > 1, "Invalid --bytes: factor %s is not above 1", bytes);
    checkArgument(seconds > 1, "Invalid --seconds: factor %s is not above 1", seconds);
    checkArgument(cost > 1, "Invalid --cost: factor %s is not above 1", cost);
  }
}
