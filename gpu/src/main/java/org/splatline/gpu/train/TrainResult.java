package org.splatline.gpu.train;

import java.util.List;
import org.splatline.gpu.gaussian.Gaussians;

/**
 * A trained scene.
 *
 * @param steps done
 * @param resumedAfterStep the step of the checkpoint it began from; 0: from the start
 * @param trainSeconds of the training loop alone, pictures already read
 * @param peakDeviceBytes -1 on the CPU
 * @param maxGaussians the cap it grew under; -1 where nothing was trained
 * @param curve in order of steps
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
    List<TrainingPoint> curve) {
  public TrainResult {
    curve = List.copyOf(curve);
  }
}
