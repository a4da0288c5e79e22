package org.splatline.gpu.train;

import java.io.Serializable;
import java.util.OptionalDouble;
import org.splatline.gpu.backend.SplatBackend;

/**
 * What metrics.json says about a training.
 *
 * @param steps how many steps were done
 * @param trainSeconds time of the training loop alone
 * @param totalSeconds time to read the pictures and to train
 * @param peakDeviceBytes most device memory in use at once; -1 on the CPU
 * @param maxGaussians the limit on Gaussians; -1 if nothing was trained
 * @param growthEnd why growth ended before its limit; empty if it did not; null in files of earlier
 *     versions
 * @param trainPsnr PSNR of training views, mean over the last tenth of the steps, dB; null if
 *     nothing was trained, and in files of earlier versions
 * @param backend {@code cpu} or {@code cuda}
 * @param device the processor or GPU that trained
 */
public record TrainingFigures(
    int steps,
    StoppedBy stoppedBy,
    double trainSeconds,
    double totalSeconds,
    long gaussianStateBytes,
    long gaussianStateBytesFp32,
    long peakDeviceBytes,
    int maxGaussians,
    String growthEnd,
    Double trainPsnr,
    String backend,
    String device)
    implements Serializable {

  /** The figures of a result. {@code totalSeconds} includes the time to read the pictures. */
  public static TrainingFigures of(TrainResult result, double totalSeconds, SplatBackend backend) {
    return new TrainingFigures(
        result.steps(),
        result.stoppedBy(),
        result.trainSeconds(),
        totalSeconds,
        result.gaussianStateBytes(),
        result.gaussianStateBytesFp32(),
        result.peakDeviceBytes(),
        result.maxGaussians(),
        result.growthEnd(),
        trainPsnr(result),
        backend.name(),
        backend.device());
  }

  private static Double trainPsnr(TrainResult result) {
    OptionalDouble mean =
        result.curve().stream()
            .filter(point -> point.step() > result.steps() - result.steps() / 10.0)
            .mapToDouble(TrainingPoint::trainPsnr)
            .filter(Double::isFinite)
            .average();
    return mean.isPresent() ? mean.getAsDouble() : null;
  }
}
