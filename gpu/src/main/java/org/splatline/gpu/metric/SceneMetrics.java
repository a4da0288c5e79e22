package org.splatline.gpu.metric;

import java.io.Serializable;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The metrics of one scene, as in metrics.json. A null field was not measured.
 *
 * @param psnrExposureFitted {@link ExposureFit#psnr}, mean over held-out views, dB
 * @param trainPsnr PSNR of training views at the end of training, dB; null if it is not known
 * @param lpipsConvention {@link Lpips.Convention#word}: the network that {@code lpips} comes from
 * @param maxGaussians the largest number that growth could reach: densify.max-gaussians, or less if
 *     densify.budget x overgrowth or gpu.max-memory is lower; the number of points if none grow
 * @param qualityWord {@code good}, {@code fair} or {@code poor}; null in files of earlier versions
 * @param qualityDetail what would help, one sentence; empty if good; null in files of earlier
 *     versions
 * @param files bytes of each written file by its path relative to the output folder
 * @param fileScores what these files hold, in the order of {@code export.formats}
 */
public record SceneMetrics(
    int schemaVersion,
    double psnr,
    Double psnrExposureFitted,
    Double trainPsnr,
    double ssim,
    Double lpips,
    String lpipsConvention,
    int viewsTest,
    int viewsTrain,
    int gaussians,
    Integer maxGaussians,
    int steps,
    double trainSeconds,
    double totalSeconds,
    Long peakDeviceBytes,
    long gaussianStateBytes,
    long gaussianStateBytesFp32,
    double renderFps,
    String backend,
    String device,
    int width,
    int height,
    long seed,
    String profile,
    String configHash,
    String stoppedBy,
    String qualityWord,
    String qualityDetail,
    Map<String, TargetOutcome> targets,
    Map<String, Long> files,
    Map<String, FileScore> fileScores)
    implements Serializable {

  public SceneMetrics {
    targets = Map.copyOf(targets);
    files = Map.copyOf(files);
    fileScores = // null in a file of an earlier version
        Collections.unmodifiableMap(
            fileScores == null ? new LinkedHashMap<>() : new LinkedHashMap<>(fileScores));
  }

  /** A target, the value reached (null: not measured), and whether the value meets the target. */
  public record TargetOutcome(double target, Double value, boolean met) implements Serializable {}
}
