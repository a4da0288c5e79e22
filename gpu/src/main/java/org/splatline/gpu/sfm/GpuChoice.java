package org.splatline.gpu.sfm;

import java.util.Optional;
import org.splatline.gpu.sfm.SfmConfig.Device;
import org.splatline.gpu.sfm.SfmConfig.Matching;

/**
 * What a GPU compares.
 *
 * @param pairs empty: nothing
 * @param absence why there is no GPU, if one was wanted
 */
record GpuChoice(Optional<Rung.Pairs> pairs, Optional<String> absence) {
  private static final GpuChoice NOTHING = new GpuChoice(Optional.empty(), Optional.empty());

  /**
   * Chooses for a scene.
   *
   * @throws IllegalStateException if a GPU is required and there is none: a fault of the machine
   */
  static GpuChoice of(SfmConfig config, GpuMatchers gpu, int images) {
    boolean offered = gpu != GpuMatchers.NONE || config.matching() == Device.GPU;
    if (!offered || !config.matchesOnGpu()) {
      return NOTHING;
    }
    Optional<String> absence = gpu.absence();
    if (absence.isPresent() && config.matching() == Device.GPU) {
      throw new IllegalStateException(
          "Cannot match on a GPU as sfm.matching=gpu asks: %s. Set sfm.matching=auto to let COLMAP match where there is none"
              .formatted(absence.get()));
    }
    return new GpuChoice(
        absence.isPresent() ? Optional.empty() : Optional.of(pairs(config, images)), absence);
  }

  /** What a GPU of another machine was to compare. */
  static GpuChoice elsewhere(SfmConfig config, int images) {
    return config.matchesOnGpu()
        ? new GpuChoice(Optional.of(pairs(config, images)), Optional.empty())
        : NOTHING;
  }

  /**
   * Whether a GPU finds features.
   *
   * @throws IllegalStateException if a GPU is required and there is none: a fault of the machine
   */
  static boolean findsFeatures(SfmConfig config, GpuMatchers gpu) {
    boolean required = config.features() == Device.GPU;
    if (!config.findsOnGpu() || (gpu == GpuMatchers.NONE && !required)) {
      return false;
    }
    Optional<String> absence = gpu.absence();
    if (absence.isPresent() && required) {
      throw new IllegalStateException(
          "Cannot find features on a GPU as sfm.features=gpu asks: %s. Set sfm.features=auto to let COLMAP find them where there is none"
              .formatted(absence.get()));
    }
    return absence.isEmpty();
  }

  /** The same choice, which also says what found the features. */
  GpuChoice because(String features) {
    return new GpuChoice(pairs.map(some -> some.because(features)), absence);
  }

  /** What a GPU compares if there is one. */
  static Rung.Pairs pairs(SfmConfig config, int images) {
    if (config.matcher() == Matching.EXHAUSTIVE) {
      return new Rung.Pairs(Matching.EXHAUSTIVE, 0, Rung.By.GPU, "set by sfm.matcher; on the GPU");
    }
    int most = config.gpuExhaustiveMaxImages();
    return images <= most
        ? new Rung.Pairs(
            Matching.EXHAUSTIVE,
            0,
            Rung.By.GPU,
            "%s photographs, at most sfm.gpu-exhaustive-max-images = %s; on the GPU"
                .formatted(images, most))
        : new Rung.Pairs(
            Matching.PRESELECTED,
            config.sequentialOverlap(),
            Rung.By.GPU,
            "%s photographs, more than sfm.gpu-exhaustive-max-images = %s; on the GPU"
                .formatted(images, most));
  }
}
