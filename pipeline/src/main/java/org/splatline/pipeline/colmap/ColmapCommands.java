package org.splatline.pipeline.colmap;

import java.nio.file.Path;
import java.util.List;

/** COLMAP's commands for one scene, every GPU flag, thread count and seed given explicitly. */
final class ColmapCommands {
  private final SfmConfig config;
  private final ColmapDialect dialect;
  private final SfmFolders folders;

  ColmapCommands(SfmConfig config, ColmapDialect dialect, SfmFolders folders) {
    this.config = config;
    this.dialect = dialect;
    this.folders = folders;
  }

  /** SIFT features of the listed photographs at full size. */
  ColmapCommand featureExtractor(PhotographList photographs) {
    return ColmapCommand.of(
        config.colmap(),
        "feature_extractor",
        List.of("--database_path", folders.database().toString()),
        List.of("--image_path", folders.images().toString()),
        List.of("--image_list_path", folders.imageList().toString()),
        List.of("--ImageReader.camera_model", config.cameraModel().name()),
        List.of("--ImageReader.single_camera", photographs.haveOneSize() ? "1" : "0"),
        List.of("--SiftExtraction.max_num_features", Integer.toString(config.maxFeatures())),
        dialect.maxImageSize(photographs.longestSide()),
        dialect.extractionResources(config.effectiveThreads()),
        dialect.extractionSeed(config.randomSeed()));
  }

  /** Features two photographs share, for each pair {@code matching} names. */
  ColmapCommand matcher(SfmConfig.Matching matching) {
    return switch (matching) {
      case AUTO -> throw new IllegalArgumentException("Invalid matcher: AUTO is no command");
      case EXHAUSTIVE -> matcher("exhaustive_matcher", List.of());
      case SEQUENTIAL ->
          matcher(
              "sequential_matcher",
              List.of(
                  "--SequentialMatching.overlap", Integer.toString(config.sequentialOverlap())));
    };
  }

  private ColmapCommand matcher(String name, List<String> options) {
    return ColmapCommand.of(
        config.colmap(),
        name,
        List.of("--database_path", folders.database().toString()),
        options,
        dialect.matchingResources(config.effectiveThreads()),
        dialect.matchingSeed(config.randomSeed()));
  }

  /** Cameras and points, as sub-models 0, 1, …. */
  ColmapCommand mapper() {
    return ColmapCommand.of(
        config.colmap(),
        "mapper",
        List.of("--database_path", folders.database().toString()),
        List.of("--image_path", folders.images().toString()),
        List.of("--output_path", folders.models().toString()),
        List.of("--Mapper.num_threads", Integer.toString(config.effectiveThreads())),
        dialect.mappingSeed(config.randomSeed()));
  }

  /** Photographs and model as a pinhole camera would have seen them, none reduced. */
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
