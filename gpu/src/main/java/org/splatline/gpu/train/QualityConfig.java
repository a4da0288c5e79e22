package org.splatline.gpu.train;

import static org.splatline.gpu.Checks.checkArgument;

import java.io.Serializable;
import org.splatline.gpu.metric.Lpips;

/**
 * What is measured, and targets, recorded as met or not.
 *
 * @param targetPsnr dB
 * @param targetBytes of the largest exported file
 * @param lpipsModel path of an ONNX file on the machine that trains; empty: LPIPS is not measured
 * @param lpipsConvention which network that is, and how it is fed
 */
public record QualityConfig(
    double targetPsnr,
    double targetSsim,
    double targetLpips,
    long targetBytes,
    String lpipsModel,
    Lpips.Convention lpipsConvention)
    implements Serializable {

  public QualityConfig {
    checkArgument(
        !lpipsModel.contains("://"),
        "Invalid quality.lpips-model: %s is no file. Copy it to every machine that trains and give its path there",
        lpipsModel);
  }

  /** Whether a network for LPIPS is named. */
  public boolean measuresLpips() {
    return !lpipsModel.isBlank();
  }
}
