package org.splatline.pipeline.report;

/** What two runs' answers for a scene are compared by. */
public enum Measure {
  /** Done or not: the one word that is no number. */
  VERDICT,
  /** dB; higher is better. */
  PSNR,
  /** Higher is better. */
  SSIM,
  /** Of the files of the formats that both have; lower is better. */
  BYTES,
  /** Of reading, training, evaluation and export; lower is better. */
  SECONDS,
  /** USD, where both did the same stages; lower is better. */
  COST
}
