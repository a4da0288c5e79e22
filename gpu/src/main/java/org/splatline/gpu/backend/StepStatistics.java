package org.splatline.gpu.backend;

import java.util.List;

/**
 * Loss and PSNR of several steps.
 *
 * @param loss mean of (1 - w) L1 + w (1 - SSIM); NaN if there are no steps
 * @param psnrs PSNR of each step's training view before the update, dB, in order of the steps
 */
public record StepStatistics(double loss, List<Double> psnrs) {
  public StepStatistics {
    psnrs = List.copyOf(psnrs);
  }

  /** The number of steps. */
  public int steps() {
    return psnrs.size();
  }

  /** Mean PSNR, dB; NaN if there are no steps. */
  public double psnr() {
    return psnrs.stream().mapToDouble(psnr -> psnr).average().orElse(Double.NaN);
  }
}
