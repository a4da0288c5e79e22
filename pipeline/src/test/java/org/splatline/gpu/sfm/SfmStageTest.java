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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
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
import org.splatline.pipeline.TestPictures;

/** The stage with shell scripts instead of COLMAP. */
class SfmStageTest {
  @TempDir Path folder;
  private Path images;

  @BeforeEach
  void makeFolder() throws IOException {
    images = Files.createDirectories(folder.resolve("images"));
  }

  private void takePhotographs(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      TestPictures.jpeg(images.resolve(i + ".jpg"), 64, 48, i);
    }
  }

  /** A program that claims to be COLMAP {@code version}. Its commands run {@code body}. */
  private String fakeColmap(String version, String body) throws IOException {
    return FakeColmap.write(folder.resolve("colmap-" + version), version, body).toString();
  }

  private SfmResult reconstruct(String... settings) throws IOException, InterruptedException {
    return reconstruct(SfmListener.NONE, settings);
  }

  private SfmResult reconstruct(SfmListener listener, String... settings)
      throws IOException, InterruptedException {
    return new SfmStage(SfmConfigs.with(settings))
        .reconstruct("garden", images, SfmHints.NONE, folder.resolve("work"), listener);
  }

  private void assertRefused(Verdict verdict, String words, String... settings) {
    assertThatThrownBy(() -> reconstruct(settings))
        .isInstanceOfSatisfying(
            SceneException.class, e -> assertThat(e.verdict()).isEqualTo(verdict))
        .hasMessageStartingWith("Cannot ")
        .hasMessageContaining(words);
  }

  @Test
  void refusesMissingFolder() throws IOException {
    Files.delete(images);
    assertRefused(Verdict.UNSUPPORTED_INPUT, "there is no folder");
  }

  @Test
  void refusesFewPhotographsBeforeColmapStarts() throws IOException {
    takePhotographs(2);
    assertRefused(Verdict.FEW_IMAGES, "2 of 2 files", "colmap=no-such-program");
  }

  @Test
  void refusesGarbageBeforeColmapStarts() throws IOException {
    for (int i = 0; i < 4; i++) {
      TestPictures.garbage(images.resolve(i + ".jpg"), i);
    }
    assertRefused(Verdict.UNREADABLE_IMAGES, "none of its 4 files", "colmap=no-such-program");
  }

  @Test
  void namesMissingProgram() throws IOException {
    takePhotographs(3);
    assertRefused(Verdict.TOOL_MISSING, "no-such-program", "colmap=no-such-program");
  }

  @Test
  void refusesProgramWithoutTheOptions() throws IOException {
    takePhotographs(3);
    Path old = Path.of(fakeColmap("3.8", "exit 0"));
    Files.writeString(old, Files.readString(old).replace("SiftExtraction.use_gpu", "Sift.gpu"));
    assertRefused(
        Verdict.TOOL_INCOMPATIBLE,
        "COLMAP 3.8: its feature_extractor knows none of the options --FeatureExtraction.use_gpu",
        "colmap=" + old);
  }

  @ParameterizedTest
  @CsvSource({
    "exit 134, TOOL_CRASH, exit 134",
    "kill -SEGV $$, TOOL_CRASH, ended by signal 11",
    "kill -KILL $$, OUT_OF_MEMORY, lower sfm.threads",
    "echo unrecognised option; exit 1, TOOL_INCOMPATIBLE, unrecognised option",
  })
  void namesHowColmapEnded(String body, Verdict verdict, String words) throws IOException {
    takePhotographs(3);
    assertRefused(verdict, words, "colmap=" + fakeColmap("3.8", body));
  }

  @Test
  void endsColmapThatHangs() throws IOException {
    takePhotographs(3);
    long start = System.nanoTime();
    assertRefused(
        Verdict.TIMEOUT,
        "feature_extractor",
        "colmap=" + fakeColmap("3.8", "sleep 300"),
        "timeout=500ms");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(60));
  }

  @Test
  void distrustsSuccessWithoutPhotographs() throws IOException {
    takePhotographs(3);
    String body = "echo 'ERROR: Failed to read image file format.'\n".repeat(3) + "exit 0";
    assertRefused(Verdict.UNREADABLE_IMAGES, "none of its 3", "colmap=" + fakeColmap("3.8", body));
  }

  @ParameterizedTest
  @CsvSource({"0, NO_MODEL", "1, NO_MODEL", "134, TOOL_CRASH"})
  void readsMapperWithoutModel(int exitCode, Verdict verdict) throws IOException {
    takePhotographs(3);
    String body = "[ $1 != mapper ] || exit " + exitCode;
    assertRefused(verdict, "scene garden", "colmap=" + fakeColmap("3.8", body));
  }

  @Test
  void refusesPhotographsThatDoNotMatch() throws IOException {
    takePhotographs(3);
    String body = "echo 'WARNING: No images with matches found in the database.'\nexit 0";
    assertRefused(Verdict.NO_MATCHES, "no two", "colmap=" + fakeColmap("3.8", body));
  }

  @Test
  void keepsLogOfEachCommand() throws IOException {
    takePhotographs(3);
    String body = "echo \"this is $1\"";
    assertRefused(
        Verdict.NO_MODEL,
        "no pair of its 3 photographs to start from. Take more photographs, each sharing two thirds"
            + " of its picture with the next, and walk around the subject instead of turning on the"
            + " spot. (Tried without success: exhaustive, relaxed, global.)",
        "colmap=" + fakeColmap("4.1", body));
    for (String log :
        new String[] {
          "feature_extractor", "exhaustive_matcher", "mapper", "mapper-2", "global_mapper-3"
        }) {
      assertThat(folder.resolve("work/logs/" + log + ".log"))
          .hasContent("this is " + log.replaceAll("-.*", ""));
    }
  }

  private SfmReport report() throws IOException {
    return SfmReport.read(Files.readAllBytes(folder.resolve("work/logs/attempts.json")));
  }

  @Test
  void reportsEachRungThatItTries() throws IOException {
    takePhotographs(4);
    assertRefused(
        Verdict.NO_MODEL,
        "Tried without success",
        "colmap=" + fakeColmap("3.8", "exit 0"),
        "exhaustive-max-images=3");
    assertThat(report().attempts())
        .extracting(SfmAttempt::rung, SfmAttempt::matcher, SfmAttempt::mapping, SfmAttempt::verdict)
        .containsExactly(
            tuple(1, "sequential", "incremental", Verdict.NO_MODEL),
            tuple(2, "exhaustive", "incremental", Verdict.NO_MODEL),
            tuple(3, "", "relaxed", Verdict.NO_MODEL));
    assertThat(report().attempts()).noneMatch(SfmAttempt::chosen);
    assertThat(report().models()).isEmpty();
  }

  @Test
  void passesTheReportOnThoughThereIsNoModel() throws IOException {
    takePhotographs(4);
    List<SfmReport> reports = new ArrayList<>();
    SfmListener listener =
        new SfmListener() {
          @Override
          public void onProgress(String command, int done, int total) {}

          @Override
          public void onReport(SfmReport report) {
            reports.add(report);
          }
        };
    String program = "colmap=" + fakeColmap("3.8", "exit 0");
    assertThatThrownBy(() -> reconstruct(listener, program)).isInstanceOf(SceneException.class);
    assertThat(reports).containsExactly(report());
  }

  @Test
  void triesNoMoreRungsThanConfigured() throws IOException {
    takePhotographs(4);
    assertRefused(Verdict.NO_MODEL, "no pair", "colmap=" + fakeColmap("4.1", "exit 0"), "rungs=1");
    assertThat(report().attempts()).hasSize(1);
  }

  @Test
  void stopsWhenTheToolFails() throws IOException {
    takePhotographs(4);
    String body = "[ $1 != mapper ] || exit 134; exit 0";
    assertRefused(Verdict.TOOL_CRASH, "exit 134", "colmap=" + fakeColmap("3.8", body));
    assertThat(report().attempts())
        .extracting(SfmAttempt::verdict)
        .containsExactly(Verdict.TOOL_CRASH);
  }

  /** A mapper that finds 5 of 9 photographs, and all of them when it accepts weaker matches. */
  private String improving() throws IOException {
    for (int i = 1; i <= 2; i++) {
      Path model = Files.createDirectories(folder.resolve("model-" + i));
      Files.writeString(model.resolve("cameras.txt"), "1 PINHOLE 64 48 60 60 32 24\n");
      StringBuilder cameras = new StringBuilder();
      for (int image = 0; image < (i == 1 ? 5 : 9); image++) {
        cameras.append("%d 1 0 0 0 0 0 0 1 %d.jpg\n1 1 1\n".formatted(image + 1, image));
      }
      Files.writeString(model.resolve("images.txt"), cameras);
      Files.writeString(
          model.resolve("points3D.txt"), "1 0 0 0 1 2 3 0.5 1 0 2 0 3 0\n".repeat(600));
    }
    return """
    while [ $# -gt 0 ]; do
      case $1 in
        mapper|image_undistorter) command=$1;;
        --output_path) out=$2;;
        --Mapper.init_max_error) n=2;;
      esac
      shift
    done
    [ "$command" = mapper ] && mkdir -p $out/0 && cp %s/model-${n:-1}/* $out/0
    if [ "$command" = image_undistorter ]; then
      mkdir -p $out/images $out/sparse && cp %s/*.jpg $out/images && cp %s/model-2/* $out/sparse
    fi
    exit 0
    """
        .formatted(folder, images, folder);
  }

  @Test
  void climbsUntilEnoughAreRegistered() throws IOException, InterruptedException {
    takePhotographs(9);
    SfmResult result = reconstruct("colmap=" + fakeColmap("3.8", improving()));
    assertThat(result.registered()).isEqualTo(9);
    assertThat(result.shortfall()).isEmpty();
    assertThat(report().attempts())
        .extracting(SfmAttempt::verdict, SfmAttempt::registered, SfmAttempt::chosen)
        .containsExactly(tuple(Verdict.LOW_REGISTRATION, 5, false), tuple(Verdict.OK, 9, true));
    assertThat(report().models()).hasSize(1);
    assertThat(report().models().get(0)).hasSize(9).contains(new SfmReport.Registered("0.jpg", 1));
  }

  @Test
  void acceptsLessIfNoRungImprovesIt() throws IOException, InterruptedException {
    takePhotographs(9);
    String program =
        fakeColmap(
            "3.8",
            improving()
                .replace("n=2;;", "exit 134;;")
                .replace("model-2/", "model-1/")
                .replace("cp " + images + "/*.jpg", "cp " + images + "/[0-4].jpg"));
    SfmResult result = reconstruct("colmap=" + program, "min-registered-share=0.5");
    assertThat(result.registered()).isEqualTo(5);
    assertThat(result.shortfall())
        .isEqualTo(
            "Scene garden has a model of 5 of its 9 photographs. Not in it: 5.jpg, 6.jpg, 7.jpg,"
                + " 8.jpg. Take more around these, each sharing two thirds of its picture with the"
                + " next, if the model is not good enough.");
    assertThat(report().attempts())
        .extracting(SfmAttempt::verdict, SfmAttempt::chosen)
        .containsExactly(tuple(Verdict.DEGRADED, true), tuple(Verdict.TOOL_CRASH, false));
  }

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

  @Test
  void recognisesModelsThatScenesBring() throws IOException {
    assertThat(SfmStage.bringsModel(folder)).isFalse();
    assertThat(SfmStage.bringsModel(folder.resolve("none"))).isFalse();
    Files.writeString(images.resolve("transforms_train.json"), "{}");
    assertThat(SfmStage.bringsModel(images)).isTrue();
    Files.createDirectories(folder.resolve("sparse/0"));
    assertThat(SfmStage.bringsModel(folder)).isTrue();
  }
}
