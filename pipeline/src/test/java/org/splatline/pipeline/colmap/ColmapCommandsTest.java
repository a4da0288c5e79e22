package org.splatline.pipeline.colmap;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.splatline.gpu.scene.PictureSize;
import org.splatline.pipeline.colmap.SfmConfig.Matching;

class ColmapCommandsTest {
  private static final SfmFolders FOLDERS = new SfmFolders(Path.of("/photos"), Path.of("/work"));
  private static final PhotographList ONE_SIZE =
      new PhotographList(
          List.of("a.jpg", "b.jpg"),
          List.of(new PictureSize(6000, 4000), new PictureSize(6000, 4000)),
          2);
  private static final PhotographList TWO_SIZES =
      new PhotographList(
          List.of("a.jpg", "b.jpg"),
          List.of(new PictureSize(640, 480), new PictureSize(480, 641)),
          2);

  private static ColmapCommands commands(ColmapDialect dialect) {
    return new ColmapCommands(SfmConfigs.with("random-seed=7"), dialect, FOLDERS);
  }

  @ParameterizedTest
  @CsvSource({
    "SIFT, --SiftExtraction.max_image_size 6000 --SiftExtraction.use_gpu 0"
        + " --SiftExtraction.num_threads 2 --random_seed 7",
    "FEATURE, --SiftExtraction.max_image_size 6000 --FeatureExtraction.use_gpu 0"
        + " --FeatureExtraction.num_threads 2",
    "FEATURE_4, --FeatureExtraction.max_image_size 6000 --FeatureExtraction.use_gpu 0"
        + " --FeatureExtraction.num_threads 2",
  })
  void extractsFeatures(ColmapDialect dialect, String options) {
    assertThat(line(commands(dialect).featureExtractor(ONE_SIZE)))
        .isEqualTo(
            "colmap feature_extractor --database_path /work/database.db --image_path /photos"
                + " --image_list_path /work/images.txt --ImageReader.camera_model OPENCV"
                + " --ImageReader.single_camera 1 --SiftExtraction.max_num_features 8192 "
                + options);
  }

  @Test
  void sharesNoCameraAmongSizes() {
    assertThat(commands(ColmapDialect.SIFT).featureExtractor(TWO_SIZES).words())
        .containsSequence("--ImageReader.single_camera", "0")
        .containsSequence("--SiftExtraction.max_image_size", "641");
  }

  @ParameterizedTest
  @CsvSource({
    "SIFT, --SiftMatching.use_gpu 0 --SiftMatching.num_threads 2 --random_seed 7",
    "FEATURE, --FeatureMatching.use_gpu 0 --FeatureMatching.num_threads 2"
        + " --TwoViewGeometry.random_seed 7",
    "FEATURE_4, --FeatureMatching.use_gpu 0 --FeatureMatching.num_threads 2"
        + " --TwoViewGeometry.random_seed 7",
  })
  void matchesPairs(ColmapDialect dialect, String options) {
    assertThat(line(commands(dialect).matcher(Matching.EXHAUSTIVE)))
        .isEqualTo("colmap exhaustive_matcher --database_path /work/database.db " + options);
    assertThat(line(commands(dialect).matcher(Matching.SEQUENTIAL)))
        .isEqualTo(
            "colmap sequential_matcher --database_path /work/database.db"
                + " --SequentialMatching.overlap 10 "
                + options);
  }

  @ParameterizedTest
  @CsvSource({
    "SIFT, --random_seed 7",
    "FEATURE, --Mapper.random_seed 7",
    "FEATURE_4, --Mapper.random_seed 7",
  })
  void maps(ColmapDialect dialect, String seed) {
    assertThat(line(commands(dialect).mapper()))
        .isEqualTo(
            "colmap mapper --database_path /work/database.db --image_path /photos"
                + " --output_path /work/models --Mapper.num_threads 2 "
                + seed);
  }

  @ParameterizedTest
  @CsvSource({"SIFT", "FEATURE", "FEATURE_4"})
  void undistorts(ColmapDialect dialect) {
    assertThat(line(commands(dialect).imageUndistorter(Path.of("/work/models/1"))))
        .isEqualTo(
            "colmap image_undistorter --image_path /photos --input_path /work/models/1"
                + " --output_path /work/scene --output_type COLMAP");
  }

  private static String line(ColmapCommand command) {
    return String.join(" ", command.words());
  }
}
