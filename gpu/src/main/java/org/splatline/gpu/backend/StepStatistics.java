package org.splatline.gpu.backend;

import java.util.List;

/**
 * What some steps came to.
 *
 * @param loss mean of (1 - w) L1 + w (1 - SSIM); NaN without steps
 * @param psnrs dB, of each step's training view before its update, in order
 */
public record StepStatistics(double loss, List<Double> psnrs) {
  public StepStatistics {
    psnrs = List.copyOf(psnrs);
  }

  /** How many steps. */
  public int steps() {
    return psnrs.size();
  }

  /** Mean PSNR, dB; NaN without steps. */
  public double psnr() {
    return psnrs.stream().mapToDouble(psnr -> psnr).average().orElse(Double.NaN);
  }
}
