package org.splatline.gpu.train;

import static org.splatline.gpu.Checks.checkArgument;

import java.io.Serializable;
import org.splatline.gpu.metric.Lpips;

/**
 * What is measured, and targets. Results record whether they meet each target.
 *
 * @param targetPsnr dB
 * @param targetBytes largest size of the smallest exported file that was scored
 * @param lpipsModel path of an ONNX file on the machine that trains; empty to not measure LPIPS
 * @param lpipsConvention which network that is, and its range of input values
 * @param word when a model is good, and when it is poor
 */
public record QualityConfig(
    double targetPsnr,
    double targetSsim,
    double targetLpips,
    long targetBytes,
    String lpipsModel,
    Lpips.Convention lpipsConvention,
    QualityWordConfig word)
    implements Serializable {

  public QualityConfig {
    checkArgument(
        !lpipsModel.contains("://"),
        "Invalid quality.lpips-model: %s is not a path. Copy the file to every machine that trains"
            + " and give its path there",
        lpipsModel);
  }

  /** Whether LPIPS is measured. */
  public boolean measuresLpips() {
    return !lpipsModel.isBlank();
  }
}
