package org.splatline.gpu.sfm;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Makes the COLMAP command of each step. Every GPU flag, thread count and seed is explicit. */
final class ColmapSteps {
  private static final String GROWTH = "1.4"; // of the model, between global adjustments
  private static final int LISTED_SIDE = 64; // px: takes hardly any time

  private final SfmConfig config;
  private final ColmapDialect dialect;
  private final SfmFolders folders;

  ColmapSteps(SfmConfig config, ColmapDialect dialect, SfmFolders folders) {
    this.config = config;
    this.dialect = dialect;
    this.folders = folders;
  }

  /** Finds SIFT features in the listed photographs at full size. */
  ColmapCommand featureExtractor(PhotographList photographs) {
    return extractor(
        photographs, config.featuresFor(photographs.names().size()), photographs.longestSide());
  }

  /** Lists photographs and their cameras in the database, with hardly any features. */
  ColmapCommand photographLister(PhotographList photographs) {
    return extractor(photographs, 1, LISTED_SIDE);
  }

  private ColmapCommand extractor(PhotographList photographs, int features, int side) {
    return ColmapCommand.of(
        config.colmap(),
        ColmapDialect.EXTRACTOR,
        List.of("--database_path", folders.database().toString()),
        List.of("--image_path", folders.images().toString()),
        List.of("--image_list_path", folders.imageList().toString()),
        List.of("--ImageReader.camera_model", config.cameraModel().name()),
        List.of("--ImageReader.single_camera", photographs.haveOneSize() ? "1" : "0"),
        dialect.maxFeatures(features),
        dialect.maxImageSize(side),
        dialect.extractionResources(config.effectiveThreads()),
        dialect.seed(ColmapDialect.EXTRACTOR, config.randomSeed()));
  }

  /** Finds the features that two photographs share, for each pair to compare. */
  ColmapCommand matcher(Rung.Pairs pairs) {
    String name = pairs.matching().command().orElseThrow();
    return ColmapCommand.of(
        config.colmap(),
        name,
        List.of("--database_path", folders.database().toString()),
        options(pairs),
        dialect.matchingResources(name, config.effectiveThreads()),
        dialect.seed(name, config.randomSeed()));
  }

  /**
   * Verifies matches that are in the database: of a pair that has matches, COLMAP compares no
   * features.
   */
  ColmapCommand verifier() {
    return matcher(
        new Rung.Pairs(SfmConfig.Matching.EXHAUSTIVE, 0, Rung.By.GPU, "all pairs have matches"));
  }

  private List<String> options(Rung.Pairs pairs) {
    return switch (pairs.matching()) {
      case AUTO, EXHAUSTIVE, SPATIAL, PRESELECTED -> List.of();
      case SEQUENTIAL -> {
        List<String> words =
            new ArrayList<>(
                List.of("--SequentialMatching.overlap", Integer.toString(pairs.overlap())));
        if (config.hasVocabulary()) {
          words.addAll(List.of("--SequentialMatching.loop_detection", "1"));
          words.addAll(List.of("--SequentialMatching.vocab_tree_path", config.vocabulary()));
        }
        yield words;
      }
      case VOCABULARY -> List.of("--VocabTreeMatching.vocab_tree_path", config.vocabulary());
    };
  }

  /** Finds cameras and points, as sub-models 0, 1, … in {@code output}. */
  ColmapCommand mapper(Rung.Mapping mapping, Path output) {
    String name =
        mapping == Rung.Mapping.GLOBAL ? ColmapDialect.GLOBAL_MAPPER : ColmapDialect.MAPPER;
    return ColmapCommand.of(
        config.colmap(),
        name,
        List.of("--database_path", folders.database().toString()),
        List.of("--image_path", folders.images().toString()),
        List.of("--output_path", output.toString()),
        threads(name),
        dialect.ifKnown(name, "Mapper.min_model_size", "3"), // also small groups are reported
        rarelyAdjusted(name),
        mapping == Rung.Mapping.RELAXED ? relaxed() : List.of(),
        dialect.seed(name, config.randomSeed()));
  }

  /**
   * All cameras and points are adjusted together each time the model has grown by this factor:
   * COLMAP's own 1.1 takes longer and gives the same model (docs/performance.md).
   */
  private List<String> rarelyAdjusted(String mapper) {
    List<String> words = new ArrayList<>();
    words.addAll(dialect.ifKnown(mapper, "Mapper.ba_global_images_ratio", GROWTH));
    words.addAll(dialect.ifKnown(mapper, "Mapper.ba_global_frames_ratio", GROWTH)); // since 3.12
    words.addAll(dialect.ifKnown(mapper, "Mapper.ba_global_points_ratio", GROWTH));
    return words;
  }

  private List<String> threads(String mapper) {
    String threads = Integer.toString(config.effectiveThreads());
    return mapper.equals(ColmapDialect.MAPPER)
        ? List.of("--Mapper.num_threads", threads)
        : dialect.ifKnown(mapper, "GlobalMapper.num_threads", threads);
  }

  /** Half of what COLMAP requires of the first pair and of each photograph that it adds. */
  private List<String> relaxed() {
    List<String> words = new ArrayList<>();
    words.addAll(dialect.ifKnown(ColmapDialect.MAPPER, "Mapper.init_min_num_inliers", "50"));
    words.addAll(dialect.ifKnown(ColmapDialect.MAPPER, "Mapper.init_max_error", "8"));
    words.addAll(dialect.ifKnown(ColmapDialect.MAPPER, "Mapper.init_min_tri_angle", "8"));
    words.addAll(dialect.ifKnown(ColmapDialect.MAPPER, "Mapper.abs_pose_min_num_inliers", "15"));
    words.addAll(dialect.ifKnown(ColmapDialect.MAPPER, "Mapper.abs_pose_min_inlier_ratio", "0.15"));
    return words;
  }

  /** Writes photographs and model as a pinhole camera would have seen them, at full size. */
  ColmapCommand imageUndistorter(Path model) {
    return ColmapCommand.of(
        config.colmap(),
        "image_undistorter",
        List.of("--image_path", folders.images().toString()),
        List.of("--input_path", model.toString()),
        List.of("--output_path", folders.scene().toString()),
        List.of("--output_type", "COLMAP"));
  }
}
