package org.splatline.gpu.train;

import java.util.List;
import org.splatline.gpu.gaussian.Gaussians;

/**
 * A trained scene.
 *
 * @param steps done
 * @param trainSeconds of the training loop alone, pictures already read
 * @param peakDeviceBytes -1 on the CPU
 * @param maxGaussians the cap it grew under; -1 where nothing was trained
 * @param curve in order of steps
 */
public record TrainResult(
    Gaussians gaussians,
    int steps,
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
