package org.splatline.pipeline.colmap;

import static org.splatline.gpu.Checks.checkArgument;

import java.io.Serializable;
import java.time.Duration;
import java.util.Locale;
import org.splatline.gpu.colmap.ProcessLimits;
import org.splatline.gpu.scene.ColmapCameraModel;

/**
 * How photographs become cameras: configuration root {@code sfm}.
 *
 * @param colmap the program
 * @param exhaustiveMaxImages up to here {@code auto} matches each photograph with each other
 * @param sequentialOverlap neighbours each frame is matched with
 * @param cameraModel the model COLMAP fits
 * @param maxFeatures SIFT features per photograph
 * @param threads 0: all cores
 * @param timeout for each COLMAP command
 * @param stall time after which a command that neither writes nor computes is ended
 * @param freeDisk bytes that must be free where COLMAP works, beside four times the photographs
 * @param minImages readable photographs below which COLMAP is not started
 * @param minRegistered the gate: registered photographs,
 * @param minRegisteredShare their share of the readable ones, [0, 1],
 * @param minPoints 3-D points,
 * @param maxErrorPx mean reprojection error, px of the photographs
 */
public record SfmConfig(
    String colmap,
    Matching matcher,
    int exhaustiveMaxImages,
    int sequentialOverlap,
    ColmapCameraModel cameraModel,
    int maxFeatures,
    int threads,
    Duration timeout,
    Duration stall,
    long freeDisk,
    int randomSeed,
    int minImages,
    int minRegistered,
    double minRegisteredShare,
    int minPoints,
    double maxErrorPx)
    implements Serializable {

  /** Which pairs of photographs are compared. */
  public enum Matching {
    /** Exhaustive for small sets, else sequential. */
    AUTO,
    /** Each with each other. */
    EXHAUSTIVE,
    /** Each with the next ones in order of their names. */
    SEQUENTIAL;

    String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public SfmConfig {
    checkArgument(!colmap.isBlank(), "Invalid sfm.colmap: it names no program");
    checkArgument(
        exhaustiveMaxImages >= 0,
        "Invalid sfm.exhaustive-max-images: %s is negative",
        exhaustiveMaxImages);
    checkArgument(
        sequentialOverlap >= 1,
        "Invalid sfm.sequential-overlap: %s is not at least 1",
        sequentialOverlap);
    checkArgument(maxFeatures >= 1, "Invalid sfm.max-features: %s is not at least 1", maxFeatures);
    checkArgument(threads >= 0, "Invalid sfm.threads: %s is negative", threads);
    checkArgument(timeout.toMillis() > 0, "Invalid sfm.timeout: %s is not above 0", timeout);
    checkArgument(stall.toMillis() > 0, "Invalid sfm.stall: %s is not above 0", stall);
    checkArgument(freeDisk >= 0, "Invalid sfm.free-disk: %s is negative", freeDisk);
    checkArgument(randomSeed >= 0, "Invalid sfm.random-seed: %s is negative", randomSeed);
    checkArgument(
        minImages >= 2, "Invalid sfm.min-images: %s is not at least 2, one pair", minImages);
    checkArgument(
        minRegistered >= 2, "Invalid sfm.min-registered: %s is not at least 2", minRegistered);
    checkArgument(
        0 <= minRegisteredShare && minRegisteredShare <= 1,
        "Invalid sfm.min-registered-share: %s is not in [0, 1]",
        minRegisteredShare);
    checkArgument(minPoints >= 1, "Invalid sfm.min-points: %s is not at least 1", minPoints);
    checkArgument(
        maxErrorPx > 0 && Double.isFinite(maxErrorPx),
        "Invalid sfm.max-error-px: %s is not above 0",
        maxErrorPx);
  }

  /** Of each COLMAP command. */
  ProcessLimits limits() {
    return new ProcessLimits(timeout, stall);
  }

  /** Threads COLMAP gets: never its own default, which takes every core of a shared machine. */
  int effectiveThreads() {
    return threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
  }
}
