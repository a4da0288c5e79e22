package org.splatline.pipeline.report;

/** The measures by which two runs' answers for a scene are compared. */
public enum Measure {
  /** Whether the scene is done. The only measure that isn't a number. */
  VERDICT,
  /** PSNR, dB; higher is better. */
  PSNR,
  /** SSIM; higher is better. */
  SSIM,
  /** Size of the files in formats that both runs have; lower is better. */
  BYTES,
  /** Time to read, train, evaluate and export; lower is better. */
  SECONDS,
  /** USD, if both runs did the same stages; lower is better. */
  COST
}
