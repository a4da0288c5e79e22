package org.splatline.pipeline.colmap;

import java.util.List;
import org.splatline.gpu.colmap.ColmapVersion;
import org.splatline.gpu.scene.SceneException;
import org.splatline.gpu.scene.Verdict;

/**
 * How a COLMAP release names its options. They were renamed without aliases, and an unknown option
 * ends the program: read from the releases' {@code OptionManager}.
 */
enum ColmapDialect {
  /** 3.8 to 3.12. */
  SIFT("SiftExtraction", "SiftMatching", "SiftExtraction"),
  /** 3.13. */
  FEATURE("FeatureExtraction", "FeatureMatching", "SiftExtraction"),
  /** 4.x. */
  FEATURE_4("FeatureExtraction", "FeatureMatching", "FeatureExtraction");

  private final String extraction;
  private final String matching;
  private final String imageSize;

  ColmapDialect(String extraction, String matching, String imageSize) {
    this.extraction = extraction;
    this.matching = matching;
    this.imageSize = imageSize;
  }

  /**
   * Throws {@link SceneException} {@link Verdict#TOOL_INCOMPATIBLE} for a release whose options
   * aren't known.
   */
  static ColmapDialect of(ColmapVersion version) {
    if (!version.isSupported()) {
      throw new SceneException(
          Verdict.TOOL_INCOMPATIBLE,
          "Cannot use COLMAP %s: its options are not known. Install COLMAP %s, or name another program with sfm.colmap."
              .formatted(version.version(), ColmapVersion.SUPPORTED));
    }
    if (version.major() == 4) {
      return FEATURE_4;
    }
    return version.minor() == 13 ? FEATURE : SIFT;
  }

  /** Threads and no GPU of {@code feature_extractor}. */
  List<String> extractionResources(int threads) {
    return resources(extraction, threads);
  }

  /** Threads and no GPU of the matchers. */
  List<String> matchingResources(int threads) {
    return resources(matching, threads);
  }

  /** The side above which photographs would be reduced before features are looked for. */
  List<String> maxImageSize(int side) {
    return List.of("--" + imageSize + ".max_image_size", Integer.toString(side));
  }

  List<String> extractionSeed(int seed) {
    return this == SIFT ? globalSeed(seed) : List.of(); // nothing random there since 3.13
  }

  List<String> matchingSeed(int seed) {
    return this == SIFT
        ? globalSeed(seed)
        : List.of("--TwoViewGeometry.random_seed", Integer.toString(seed));
  }

  List<String> mappingSeed(int seed) {
    return this == SIFT
        ? globalSeed(seed)
        : List.of("--Mapper.random_seed", Integer.toString(seed));
  }

  private static List<String> globalSeed(int seed) {
    return List.of("--random_seed", Integer.toString(seed));
  }

  /** The GPU is refused in words: left to its default, COLMAP aborts on a machine without one. */
  private static List<String> resources(String group, int threads) {
    return List.of(
        "--" + group + ".use_gpu", "0", "--" + group + ".num_threads", Integer.toString(threads));
  }
}
