package org.splatline.gpu.format;

import java.nio.file.Path;
import org.splatline.gpu.gaussian.Gaussians;

/**
 * How a file format rounds one model: steps and codebooks are chosen once, from the model as it
 * was. So parts can be rounded one after the other, and what has been rounded stays as it is when
 * it is rounded or written again.
 */
public interface ModelRounding {
  /** PSNR of a model if it is not known, dB. */
  double USUAL_PSNR = 30;

  /** By which the rounding of bands may lower the PSNR of a model that is not finished, dB. */
  double USUAL_LOSS = 0.05;

  /** Replaces a part of the model's Gaussians by what a reader decodes from their codes. */
  void round(RoundedPart part, Gaussians gaussians);

  /** Writes Gaussians with these steps and codebooks, whole or not at all. */
  void write(Gaussians gaussians, Path file);
}
