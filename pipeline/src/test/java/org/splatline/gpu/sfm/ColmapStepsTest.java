package org.splatline.gpu.sfm;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.splatline.gpu.picture.PictureSize;
import org.splatline.gpu.sfm.SfmConfig.Matching;

class ColmapStepsTest {
  private static final SfmFolders FOLDERS = new SfmFolders(Path.of("/photos"), Path.of("/work"));
  private static final Path OUTPUT = Path.of("/work/models/1");
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

  private static ColmapSteps commands(String version, String... settings) {
    String[] all =
        Stream.concat(Stream.of("random-seed=7"), Stream.of(settings)).toArray(String[]::new);
    return new ColmapSteps(SfmConfigs.with(all), FakeColmap.dialect(version), FOLDERS);
  }

  @ParameterizedTest
  @CsvSource({
    "3.8, --SiftExtraction.max_image_size 6000 --SiftExtraction.use_gpu 0"
        + " --SiftExtraction.num_threads 2 --random_seed 7",
    "3.13.0, --SiftExtraction.max_image_size 6000 --FeatureExtraction.use_gpu 0"
        + " --FeatureExtraction.num_threads 2",
    "4.1, --FeatureExtraction.max_image_size 6000 --FeatureExtraction.use_gpu 0"
        + " --FeatureExtraction.num_threads 2",
  })
  void extractsFeatures(String version, String options) {
    assertThat(line(commands(version).featureExtractor(ONE_SIZE)))
        .isEqualTo(
            "colmap feature_extractor --database_path /work/database.db --image_path /photos"
                + " --image_list_path /work/images.txt --ImageReader.camera_model OPENCV"
                + " --ImageReader.single_camera 1 --SiftExtraction.max_num_features 8192 "
                + options);
  }

  @Test
  void sharesNoCameraAmongSizes() {
    assertThat(commands("3.8").featureExtractor(TWO_SIZES).words())
        .containsSequence("--ImageReader.single_camera", "0")
        .containsSequence("--SiftExtraction.max_image_size", "641");
  }

  @ParameterizedTest
  @CsvSource({
    "3.8, --SiftMatching.use_gpu 0 --SiftMatching.num_threads 2 --random_seed 7",
    "3.13.0, --FeatureMatching.use_gpu 0 --FeatureMatching.num_threads 2"
        + " --TwoViewGeometry.random_seed 7",
    "4.1, --FeatureMatching.use_gpu 0 --FeatureMatching.num_threads 2"
        + " --TwoViewGeometry.random_seed 7",
  })
  void matchesPairs(String version, String options) {
    assertThat(line(commands(version).matcher(pairs(Matching.EXHAUSTIVE))))
        .isEqualTo("colmap exhaustive_matcher --database_path /work/database.db " + options);
    assertThat(line(commands(version).matcher(pairs(Matching.SPATIAL))))
        .isEqualTo("colmap spatial_matcher --database_path /work/database.db " + options);
    assertThat(line(commands(version).matcher(pairs(Matching.SEQUENTIAL))))
        .isEqualTo(
            "colmap sequential_matcher --database_path /work/database.db"
                + " --SequentialMatching.overlap 12 "
                + options);
    assertThat(line(commands(version, "vocabulary=/tree").matcher(pairs(Matching.VOCABULARY))))
        .isEqualTo(
            "colmap vocab_tree_matcher --database_path /work/database.db"
                + " --VocabTreeMatching.vocab_tree_path /tree "
                + options);
    assertThat(line(commands(version, "vocabulary=/tree").matcher(pairs(Matching.SEQUENTIAL))))
        .contains(
            "--SequentialMatching.overlap 12 --SequentialMatching.loop_detection 1"
                + " --SequentialMatching.vocab_tree_path /tree ");
  }

  private static Rung.Pairs pairs(Matching matching) {
    return new Rung.Pairs(matching, 12, Rung.By.COLMAP, "why");
  }

  @ParameterizedTest
  @CsvSource({
    "3.8, images, --random_seed 7",
    "3.13.0, frames, --Mapper.random_seed 7",
    "4.1, frames, --Mapper.random_seed 7",
  })
  void maps(String version, String unit, String seed) {
    String rarely =
        " --Mapper.ba_global_%s_ratio 1.4 --Mapper.ba_global_points_ratio 1.4".formatted(unit);
    assertThat(line(commands(version).mapper(Rung.Mapping.INCREMENTAL, OUTPUT)))
        .isEqualTo(
            "colmap mapper --database_path /work/database.db --image_path /photos"
                + " --output_path /work/models/1 --Mapper.num_threads 2 --Mapper.min_model_size 3"
                + rarely
                + " "
                + seed);
    assertThat(line(commands(version).mapper(Rung.Mapping.RELAXED, OUTPUT)))
        .isEqualTo(
            "colmap mapper --database_path /work/database.db --image_path /photos"
                + " --output_path /work/models/1 --Mapper.num_threads 2 --Mapper.min_model_size 3"
                + rarely
                + " --Mapper.init_min_num_inliers 50 --Mapper.init_max_error 8 "
                + seed);
  }

  @Test
  void usesTheGlobalMapperIfTheProgramHasOne() {
    assertThat(line(commands("4.1").mapper(Rung.Mapping.GLOBAL, OUTPUT)))
        .isEqualTo(
            "colmap global_mapper --database_path /work/database.db --image_path /photos"
                + " --output_path /work/models/1 --GlobalMapper.num_threads 2"
                + " --GlobalMapper.random_seed 7");
  }

  @ParameterizedTest
  @ValueSource(strings = {"3.8", "3.13.0", "4.1"})
  void undistorts(String version) {
    assertThat(line(commands(version).imageUndistorter(Path.of("/work/models/1"))))
        .isEqualTo(
            "colmap image_undistorter --image_path /photos --input_path /work/models/1"
                + " --output_path /work/scene --output_type COLMAP");
  }

  private static String line(ColmapCommand command) {
    return String.join(" ", command.words());
  }
}
