package org.splatline.gpu.sfm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.splatline.gpu.colmap.FeatureDatabase;
import org.splatline.gpu.match.CpuMatcher;
import org.splatline.gpu.match.Matcher;
import org.splatline.gpu.picture.PictureReader;
import org.splatline.gpu.sift.CpuFeatureExtractor;
import org.splatline.gpu.sift.FeatureExtractor;
import org.splatline.gpu.sift.Features;
import org.splatline.gpu.sift.GreyPicture;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;

/** A GPU's part of the stage, with plain Java instead of a GPU. */
class SfmStageOnGpuTest extends ScriptedColmap {
  private void makeDatabase(String... changes) throws SQLException {
    FakeColmap.database(folder.resolve("extracted.db"), 9, changes);
  }

  private long matches() throws SQLException {
    return number("SELECT count(*) FROM matches");
  }

  private long number(String query) throws SQLException {
    try (Connection connection =
            DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("work/database.db"));
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      return row.getLong(1);
    }
  }

  /** As {@link #improving}, with a database; the second mapper finds all of the photographs. */
  private String withDatabase() throws IOException {
    return """
        [ "$1" = feature_extractor ] && cp %1$s/extracted.db $3
        [ "$1" = mapper ] && echo >> %1$s/mappers && [ $(wc -l < %1$s/mappers) = 2 ] && n=2
        """
            .formatted(folder)
        + improving();
  }

  private SfmResult reconstruct(GpuMatchers gpu, String... settings)
      throws IOException, InterruptedException {
    return new SfmStage(SfmConfigs.with(settings), gpu)
        .reconstruct("garden", images, SfmHints.NONE, folder.resolve("work"), SfmListener.NONE);
  }

  /**
   * As on a cluster if {@code elsewhere}: a GPU of another machine finds what it can, then COLMAP
   * works where there is none.
   */
  private SfmResult reconstruct(boolean elsewhere, GpuMatchers gpu, String... settings)
      throws IOException, InterruptedException {
    if (!elsewhere) {
      return reconstruct(gpu, settings);
    }
    SfmConfig config = SfmConfigs.with(settings);
    Path found = Files.createDirectories(folder.resolve("found"));
    new SfmStage(config, gpu).findOnGpu("garden", images, found, SfmListener.NONE);
    return new SfmStage(config)
        .reconstruct(
            "garden",
            images,
            new FoundFeatures(found, Optional.empty(), Optional.empty()),
            SfmHints.NONE,
            folder.resolve("work"),
            SfmListener.NONE);
  }

  /** The program writes a line for each extraction. */
  private String countingExtractions() throws IOException {
    return "[ \"$1\" = feature_extractor ] && echo $* >> %s/extractions\n".formatted(folder)
        + withDatabase().replace("= 2 ] && n=2", "= 1 ] && n=2");
  }

  private List<String> extractions() throws IOException {
    return Files.readAllLines(folder.resolve("extractions"));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aGpuFindsFeaturesAndMatchesThem(boolean elsewhere) throws Exception {
    takePhotographs(9);
    makeDatabase();
    String program = "colmap=" + fakeColmap("3.8", countingExtractions());
    SfmResult result = reconstruct(elsewhere, TestGpu.that(new CpuMatcher()), program);
    assertThat(result.matcherReason()).endsWith(" = 300; on the GPU, features too");
    assertThat(result.secondsByCommand())
        .containsKeys("feature_extractor", "gpu_extractor", "gpu_matcher");
    assertThat(report().extractionSeconds())
        .isEqualTo(
            result.secondsByCommand().get("feature_extractor")
                + result.secondsByCommand().get("gpu_extractor"));
    assertThat(extractions())
        .singleElement()
        .asString()
        .contains("max_image_size 64", "max_num_features 1 ");
    Features expected =
        new CpuFeatureExtractor()
            .extract(GreyPicture.of(PictureReader.read(images.resolve("3.jpg"))), 8192);
    assertThat(expected.size()).isPositive();
    try (FeatureDatabase database = FeatureDatabase.open(folder.resolve("work/database.db"))) {
      assertThat(database.descriptors(3)).isEqualTo(expected.descriptors());
      assertThat(database.keypoints(3)).isEqualTo(expected.keypoints());
    }
    assertThat(matches()).isEqualTo(36);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void colmapMatchesTheFeaturesOfAGpuIfItIsToldTo(boolean elsewhere) throws Exception {
    takePhotographs(9);
    makeDatabase();
    String program = "colmap=" + fakeColmap("3.8", countingExtractions());
    SfmResult result =
        reconstruct(
            elsewhere,
            TestGpu.that(new CpuMatcher()),
            program,
            "features=gpu",
            "matcher=sequential");
    assertThat(result.matcherReason()).isEqualTo("set by sfm.matcher; features on the GPU");
    assertThat(result.secondsByCommand())
        .containsKeys("gpu_extractor", "sequential_matcher")
        .doesNotContainKey("gpu_matcher");
    assertThat(extractions()).hasSize(1);
    assertThat(matches()).isZero();
  }

  @Test
  void aGpuMatchesPhotographsThatColmapCannotReadToo() throws Exception {
    takePhotographs(9);
    makeDatabase("DELETE FROM images WHERE name = '8.jpg'");
    String program =
        fakeColmap(
            "3.8",
            "[ \"$1\" = feature_extractor ] && echo 'ERROR: Failed to read image file format.'\n"
                + countingExtractions());
    SfmResult result =
        reconstruct(
            true,
            TestGpu.that(new CpuMatcher()),
            "colmap=" + program,
            "gpu-exhaustive-max-images=8");
    assertThat(result.readable()).isEqualTo(8);
    assertThat(result.matcher()).isEqualTo("preselected");
    assertThat(result.matcherReason())
        .isEqualTo(
            "9 photographs, more than sfm.gpu-exhaustive-max-images = 8; on the GPU, features too");
    assertThat(extractions()).hasSize(1);
    assertThat(matches()).isEqualTo(28);
  }

  @Test
  void colmapFindsFeaturesWhereItsDatabaseCannotTakeThoseOfAGpu() throws Exception {
    takePhotographs(9);
    makeDatabase("DELETE FROM images WHERE name = '8.jpg'", "INSERT INTO images VALUES (99, 'x')");
    String program = "colmap=" + fakeColmap("3.8", countingExtractions());
    SfmResult result = reconstruct(true, TestGpu.that(new CpuMatcher()), program);
    assertThat(result.matcherReason()).endsWith("sfm.exhaustive-max-images = 60");
    assertThat(result.secondsByCommand()).doesNotContainKeys("gpu_extractor", "gpu_matcher");
    assertThat(report().attempts())
        .extracting(SfmAttempt::verdict, SfmAttempt::chosen)
        .containsExactly(tuple(Verdict.TOOL_INCOMPATIBLE, false), tuple(Verdict.OK, true));
    assertThat(report().attempts().get(0).matcherReason())
        .endsWith(
            "; on the GPU; features by COLMAP: Cannot use COLMAP's database: it lists x, whose"
                + " features nobody has found");
    assertThat(extractions()).hasSize(2);
    assertThat(extractions().get(1)).contains("max_num_features 8192");
  }

  @Test
  void colmapFindsFeaturesWhereAGpuCannot() throws Exception {
    takePhotographs(9);
    makeDatabase();
    String program = "colmap=" + fakeColmap("3.8", countingExtractions());
    FeatureExtractor broken =
        (picture, most) -> {
          throw new IllegalStateException("CUDA_ERROR_UNKNOWN");
        };
    SfmResult result = reconstruct(TestGpu.that(broken, new CpuMatcher()), program);
    assertThat(result.registered()).isEqualTo(9);
    assertThat(report().attempts().get(0).matcherReason())
        .endsWith("; on the GPU; features by COLMAP: CUDA_ERROR_UNKNOWN");
    assertThat(extractions()).hasSize(2);
    assertThat(extractions().get(1)).contains("max_image_size 64 ", "max_num_features 8192");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void colmapFindsFeaturesAnewWhereTheGateRefusesTheModelOfAGpu(boolean elsewhere)
      throws Exception {
    takePhotographs(9);
    makeDatabase();
    String program =
        "colmap="
            + fakeColmap("3.8", countingExtractions().replace("= 1 ] && n=2", "= 2 ] && n=2"));
    SfmResult result = reconstruct(elsewhere, TestGpu.that(new CpuMatcher()), program, "rungs=1");
    assertThat(result.matcherReason()).endsWith("sfm.exhaustive-max-images = 60");
    assertThat(report().attempts())
        .extracting(SfmAttempt::verdict, SfmAttempt::chosen)
        .containsExactly(tuple(Verdict.LOW_REGISTRATION, false), tuple(Verdict.OK, true));
    assertThat(extractions()).hasSize(2);
    assertThat(extractions().get(1)).contains("max_num_features 8192");
    assertThat(matches()).isZero();
  }

  @Test
  void withoutAGpuColmapFindsFeaturesUnlessOneIsRequired() throws Exception {
    takePhotographs(9);
    String program = "colmap=" + fakeColmap("3.8", improving());
    assertThatThrownBy(() -> reconstruct(GpuMatchers.absent("it is away"), program, "features=gpu"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "Cannot find features on a GPU as sfm.features=gpu asks: it is away. Set"
                + " sfm.features=auto to let COLMAP find them where there is none");
  }

  /** The matches of a GPU remain if the scene is good enough with them. */
  @Test
  void aGpuMatchesAllPairsAndColmapVerifiesThem() throws Exception {
    takePhotographs(9);
    makeDatabase();
    String program = "colmap=" + fakeColmap("3.8", withDatabase());
    SfmResult result =
        reconstruct(
            TestGpu.that(new CpuMatcher()), program, "features=cpu", "min-registered-share=0.5");
    assertThat(result.matcher()).isEqualTo("exhaustive");
    assertThat(result.matcherReason()).endsWith(" = 300; on the GPU");
    assertThat(report().attempts())
        .extracting(SfmAttempt::rung, SfmAttempt::mapping, SfmAttempt::verdict, SfmAttempt::chosen)
        .containsExactly(
            tuple(1, "incremental", Verdict.DEGRADED, false),
            tuple(3, "relaxed", Verdict.OK, true)); // no pair is compared again
    assertThat(matches()).isEqualTo(36);
  }

  @Test
  void colmapMatchesAnewWhereTheGateRefusesTheModelOfAGpu() throws Exception {
    takePhotographs(9);
    makeDatabase();
    String program = "colmap=" + fakeColmap("3.8", withDatabase());
    SfmResult result =
        reconstruct(TestGpu.that(new CpuMatcher()), program, "features=cpu", "rungs=1");
    assertThat(result.matcherReason()).endsWith("sfm.exhaustive-max-images = 60");
    assertThat(report().attempts())
        .extracting(SfmAttempt::matcher, SfmAttempt::verdict, SfmAttempt::chosen)
        .containsExactly(
            tuple("exhaustive", Verdict.LOW_REGISTRATION, false),
            tuple("exhaustive", Verdict.OK, true));
    assertThat(report().attempts().get(0).matcherReason()).endsWith("; on the GPU");
    assertThat(matches()).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          CREATE TABLE odd (id)                             | CUDA_ERROR_UNKNOWN | INTERNAL
          PRAGMA user_version = 5000                        | its version is 5000 | TOOL_INCOMPATIBLE
          ALTER TABLE descriptors RENAME COLUMN rows TO row | has no [rows]       | TOOL_INCOMPATIBLE
          """)
  void colmapMatchesWhereAGpuCannot(String change, String why, Verdict verdict) throws Exception {
    takePhotographs(9);
    makeDatabase(change);
    String program =
        "colmap=" + fakeColmap("3.8", withDatabase().replace("= 2 ] && n=2", "= 1 ] && n=2"));
    Matcher broken =
        (source, pairs, receiver) -> {
          receiver.accept(pairs.get(0), new int[] {0, 0});
          throw new IllegalStateException("CUDA_ERROR_UNKNOWN");
        };
    SfmResult result = reconstruct(TestGpu.that(broken), program, "features=cpu");
    assertThat(result.registered()).isEqualTo(9);
    assertThat(report().attempts())
        .extracting(SfmAttempt::rung, SfmAttempt::verdict, SfmAttempt::chosen)
        .containsExactly(tuple(1, verdict, false), tuple(2, Verdict.OK, true));
    assertThat(report().attempts().get(0).detail())
        .startsWith("Cannot match scene garden on the GPU: ")
        .contains(why);
    assertThat(matches()).isZero();
  }

  /** Features and matches may be found on other machines, which hand a folder on. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theStepsCanBeOnSeveralMachines(boolean gpuWorks) throws Exception {
    takePhotographs(9);
    makeDatabase();
    String program =
        "colmap=" + fakeColmap("3.8", withDatabase().replace("= 2 ] && n=2", "= 1 ] && n=2"));
    SfmStage stage = new SfmStage(SfmConfigs.with(program), TestGpu.that(new CpuMatcher()));
    Path found = stage.findFeatures("garden", images, folder.resolve("first"), SfmListener.NONE);
    Path matched = Files.createDirectories(folder.resolve("matched"));
    stage.matchOnGpu("garden", found, matched, SfmListener.NONE);
    SceneException unmatched = new SceneException(Verdict.INTERNAL, "Cannot match: CUDA_ERROR");
    FoundFeatures handed =
        gpuWorks
            ? new FoundFeatures(matched, Optional.empty(), Optional.empty())
            : new FoundFeatures(found, Optional.of(unmatched), Optional.empty());

    SfmResult result =
        new SfmStage(SfmConfigs.with(program))
            .reconstruct(
                "garden", images, handed, SfmHints.NONE, folder.resolve("work"), SfmListener.NONE);

    assertThat(result.registered()).isEqualTo(9);
    assertThat(result.secondsByCommand()).containsKey("feature_extractor");
    assertThat(folder.resolve("work/logs/feature_extractor.log")).exists();
    if (gpuWorks) {
      assertThat(result.matcherReason()).endsWith("; on the GPU");
      assertThat(result.secondsByCommand().get("gpu_matcher")).isPositive();
      assertThat(matches()).isEqualTo(36);
    } else {
      assertThat(result.matcherReason()).endsWith("sfm.exhaustive-max-images = 60");
      assertThat(report().attempts())
          .extracting(SfmAttempt::verdict, SfmAttempt::detail, SfmAttempt::chosen)
          .containsExactly(
              tuple(Verdict.INTERNAL, "Cannot match: CUDA_ERROR", false),
              tuple(Verdict.OK, "", true));
      assertThat(matches()).isZero();
    }
  }

  /** COLMAP is spared pairs that it would refuse. */
  @Test
  void onlyPairsWithEnoughMatchesAreVerified() throws Exception {
    takePhotographs(9);
    makeDatabase("UPDATE descriptors SET rows = 25, data = zeroblob(3200)");
    String program =
        "colmap=" + fakeColmap("3.8", withDatabase().replace("= 2 ] && n=2", "= 1 ] && n=2"));
    Matcher some =
        (source, pairs, receiver) ->
            pairs.forEach(
                pair -> {
                  int count = pair.first() == 0 ? 25 : 24;
                  receiver.accept(pair, IntStream.range(0, 2 * count).map(i -> i / 2).toArray());
                });
    reconstruct(TestGpu.that(some), program);
    assertThat(number("SELECT count(*) FROM matches")).isEqualTo(36);
    assertThat(number("SELECT count(*) FROM matches WHERE rows = 25")).isEqualTo(8);
    assertThat(number("SELECT sum(rows) FROM matches")).isEqualTo(8 * 25);
  }

  @Test
  void withoutAGpuColmapMatchesUnlessOneIsRequired() throws Exception {
    takePhotographs(9);
    String program = "colmap=" + fakeColmap("3.8", improving());
    GpuMatchers absent = GpuMatchers.absent("the driver shows no GPU");
    assertThat(reconstruct(absent, program).matcherReason())
        .endsWith(" = 60; by COLMAP: the driver shows no GPU");
    assertThat(reconstruct(absent, program, "matching=cpu").matcherReason()).endsWith(" = 60");
    assertThatThrownBy(() -> reconstruct(absent, program, "matching=gpu"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "Cannot match on a GPU as sfm.matching=gpu asks: the driver shows no GPU. Set"
                + " sfm.matching=auto to let COLMAP match where there is none");
  }
}
