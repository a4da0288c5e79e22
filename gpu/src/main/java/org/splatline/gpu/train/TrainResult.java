package org.splatline.gpu.train;

import java.util.List;
import org.splatline.gpu.gaussian.Gaussians;

/**
 * A trained scene.
 *
 * @param steps how many steps were done
 * @param resumedAfterStep the step of the checkpoint that training resumed from; 0 for none
 * @param trainSeconds time of the training loop alone, without reading pictures
 * @param peakDeviceBytes most device memory in use at once; -1 on the CPU
 * @param maxGaussians the limit on Gaussians; -1 if nothing was trained
 * @param growthEnd why growth ended before its limit, in a sentence without a full stop; empty if
 *     it did not
 * @param curve points in order of steps
 */
public record TrainResult(
    Gaussians gaussians,
    int steps,
    int resumedAfterStep,
    StoppedBy stoppedBy,
    double trainSeconds,
    long gaussianStateBytes,
    long gaussianStateBytesFp32,
    long peakDeviceBytes,
    int maxGaussians,
    String growthEnd,
    List<TrainingPoint> curve) {
  public TrainResult {
    curve = List.copyOf(curve);
  }
}
