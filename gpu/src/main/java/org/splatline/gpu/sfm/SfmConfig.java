package org.splatline.gpu.sfm;

import static org.splatline.gpu.Checks.checkArgument;

import java.io.Serializable;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.splatline.gpu.colmap.ProcessLimits;
import org.splatline.gpu.scene.colmap.ColmapCameraModel;

/**
 * How photographs become cameras: configuration root {@code sfm}.
 *
 * @param colmap the program
 * @param features what finds features
 * @param matching what compares them
 * @param exhaustiveMaxImages up to this number {@code auto} matches each photograph with each other
 * @param gpuExhaustiveMaxImages the same where a GPU matches
 * @param sequentialOverlap neighbours that each frame is matched with
 * @param vocabulary file of a vocabulary tree, on each machine; empty: none
 * @param rungs most ways that are tried until enough photographs are registered, at least 1
 * @param exhaustiveRungImages up to this number the second way matches each photograph with each
 *     other
 * @param cameraModel the model COLMAP fits
 * @param maxFeatures SIFT features per photograph; 0: by the number of photographs
 * @param threads 0: all cores of the machine, or of the task that Spark runs
 * @param timeout for each COLMAP command
 * @param stall time without output and without CPU use after which a command is ended
 * @param freeDisk bytes that must be free where COLMAP works, besides four times the photographs
 * @param minImages readable photographs below which COLMAP is not started
 * @param minRegistered the gate: fewest registered photographs
 * @param minRegisteredShare the gate: their lowest share of the readable ones, [0, 1]
 * @param degradedShare below this share of the readable ones a model that passes is DEGRADED, [0,
 *     1]
 * @param minPoints the gate: fewest 3-D points
 * @param minTrackLength the gate: fewest photographs that see a point, mean
 * @param maxErrorPx the gate: largest mean reprojection error, px of the photographs
 */
public record SfmConfig(
    String colmap,
    Matching matcher,
    Device features,
    Device matching,
    int exhaustiveMaxImages,
    int gpuExhaustiveMaxImages,
    int sequentialOverlap,
    String vocabulary,
    int rungs,
    int exhaustiveRungImages,
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
    double degradedShare,
    int minPoints,
    double minTrackLength,
    double maxErrorPx)
    implements Serializable {
  private static final int FEATURES = 8192; // COLMAP's own default
  private static final int MANY_IMAGES = 300;

  /** Which pairs of photographs are compared. */
  public enum Matching {
    /** Chosen by the number of photographs and what is known about them. */
    AUTO,
    /** Each photograph with each other. */
    EXHAUSTIVE,
    /** Each photograph with the next ones in order of their names. */
    SEQUENTIAL,
    /** Each photograph with those taken near it, by GPS. */
    SPATIAL,
    /** Each photograph with those that a vocabulary tree finds similar. */
    VOCABULARY,
    /** Each photograph with those that share its largest features. AUTO chooses it for a GPU. */
    PRESELECTED;

    String label() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** COLMAP's command; empty if COLMAP doesn't choose such pairs. */
    Optional<String> command() {
      return switch (this) {
        case AUTO, PRESELECTED -> Optional.empty();
        case EXHAUSTIVE, SEQUENTIAL, SPATIAL -> Optional.of(label() + "_matcher");
        case VOCABULARY -> Optional.of("vocab_tree_matcher");
      };
    }
  }

  /** What finds or compares features. */
  public enum Device {
    /** A GPU if there is one, else COLMAP. */
    AUTO,
    /** COLMAP. */
    CPU,
    /** A GPU. Without one no scene is reconstructed. */
    GPU
  }

  public SfmConfig {
    checkArgument(!colmap.isBlank(), "Invalid sfm.colmap: it names no program");
    checkArgument(
        matcher != Matching.PRESELECTED, "Invalid sfm.matcher: only auto chooses preselected");
    checkArgument(
        exhaustiveMaxImages >= 0,
        "Invalid sfm.exhaustive-max-images: %s is negative",
        exhaustiveMaxImages);
    checkArgument(
        gpuExhaustiveMaxImages >= 0,
        "Invalid sfm.gpu-exhaustive-max-images: %s is negative",
        gpuExhaustiveMaxImages);
    checkArgument(
        sequentialOverlap >= 1,
        "Invalid sfm.sequential-overlap: %s is not at least 1",
        sequentialOverlap);
    checkArgument(
        matcher != Matching.VOCABULARY || !vocabulary.isBlank(),
        "Invalid sfm.matcher: vocabulary needs a file, and sfm.vocabulary names none");
    checkArgument(rungs >= 1, "Invalid sfm.rungs: %s is not at least 1", rungs);
    checkArgument(
        exhaustiveRungImages >= 0,
        "Invalid sfm.exhaustive-rung-images: %s is negative",
        exhaustiveRungImages);
    checkArgument(maxFeatures >= 0, "Invalid sfm.max-features: %s is negative", maxFeatures);
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
    checkArgument(
        0 <= degradedShare && degradedShare <= 1,
        "Invalid sfm.degraded-share: %s is not in [0, 1]",
        degradedShare);
    checkArgument(
        minTrackLength >= 0 && Double.isFinite(minTrackLength),
        "Invalid sfm.min-track-length: %s is negative",
        minTrackLength);
    checkArgument(minPoints >= 1, "Invalid sfm.min-points: %s is not at least 1", minPoints);
    checkArgument(
        maxErrorPx > 0 && Double.isFinite(maxErrorPx),
        "Invalid sfm.max-error-px: %s is not above 0",
        maxErrorPx);
  }

  /** The time limits of each COLMAP command. */
  ProcessLimits limits() {
    return new ProcessLimits(timeout, stall);
  }

  boolean hasVocabulary() {
    return !vocabulary.isBlank();
  }

  /**
   * SIFT features per photograph, for a scene of {@code images} photographs. The cost of matching
   * grows with their square, so large scenes get fewer. Threads do not count: machines of different
   * size find the same features.
   */
  int featuresFor(int images) {
    if (maxFeatures > 0) {
      return maxFeatures;
    }
    return images <= MANY_IMAGES
        ? FEATURES
        : images <= 4 * MANY_IMAGES ? FEATURES / 2 : FEATURES / 4;
  }

  /**
   * Whether a GPU matches where there is one. Where COLMAP chooses pairs, it compares them, too.
   */
  public boolean matchesOnGpu() {
    return matching != Device.CPU && (matcher == Matching.AUTO || matcher == Matching.EXHAUSTIVE);
  }

  /** Whether a GPU finds features where there is one: where it also compares, or is told to. */
  public boolean findsOnGpu() {
    return features == Device.GPU || (features == Device.AUTO && matchesOnGpu());
  }

  /** A copy with another number of threads, at least 1. */
  public SfmConfig withThreads(int number) {
    return new SfmConfig(
        colmap,
        matcher,
        features,
        matching,
        exhaustiveMaxImages,
        gpuExhaustiveMaxImages,
        sequentialOverlap,
        vocabulary,
        rungs,
        exhaustiveRungImages,
        cameraModel,
        maxFeatures,
        number,
        timeout,
        stall,
        freeDisk,
        randomSeed,
        minImages,
        minRegistered,
        minRegisteredShare,
        degradedShare,
        minPoints,
        minTrackLength,
        maxErrorPx);
  }

  /** The threads of COLMAP. Its own default would take every core of a shared machine. */
  public int effectiveThreads() {
    return threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
  }
}
