package org.splatline.pipeline.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.splatline.gpu.colmap.FeatureDatabase;
import org.splatline.gpu.config.ConfigurationReader;
import org.splatline.gpu.cuda.device.CudaUnavailableException;
import org.splatline.gpu.match.CpuMatcher;
import org.splatline.gpu.match.Matcher;
import org.splatline.gpu.picture.PictureReader;
import org.splatline.gpu.sfm.FakeColmap;
import org.splatline.gpu.sfm.GpuMatchers;
import org.splatline.gpu.sfm.SfmAttempt;
import org.splatline.gpu.sfm.SfmReport;
import org.splatline.gpu.sift.CpuFeatureExtractor;
import org.splatline.gpu.sift.FeatureExtractor;
import org.splatline.gpu.sift.Features;
import org.splatline.gpu.sift.GreyPicture;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;
import org.splatline.pipeline.TestPictures;
import org.splatline.pipeline.config.PipelineConfig;
import org.splatline.pipeline.input.ScenePriority;
import org.splatline.pipeline.input.SceneSource;
import org.splatline.pipeline.spark.SharedSpark;
import org.splatline.pipeline.spark.StageProfiles;
import org.splatline.pipeline.store.ContentKey;
import org.splatline.pipeline.store.Location;
import org.splatline.pipeline.store.Place;
import org.splatline.pipeline.store.Store;

/**
 * Features that a GPU of another executor finds and matches, or matches alone. COLMAP is a script
 * that never finds a model. Plain Java stands for the GPU, and the session's JVM for all executors.
 */
@Timeout(120)
class ReconstructSceneJobIT {
  private static final int PHOTOGRAPHS = 4;
  private static final Gpu WORKS = new Gpu("works", "works");
  private static final AtomicReference<SceneJobs> JOBS = new AtomicReference<>();
  private static final AtomicInteger TAKEN = new AtomicInteger(); // of the GPU

  @TempDir static Path folder;
  private final SparkSession session = SharedSpark.session();
  private SceneJobs jobs;
  private static Store store;
  private final List<SfmReport> reports = new ArrayList<>();

  /**
   * A GPU of a task.
   *
   * @param finding how it fails, if it does
   * @param matching the same
   */
  private record Gpu(String finding, String matching) implements GpuMatchers, Serializable {
    @Override
    public Optional<String> absence() {
      return Optional.empty();
    }

    @Override
    public Matcher open() {
      TAKEN.incrementAndGet();
      return switch (matching) {
        case "absent" -> throw new CudaUnavailableException("Cannot use the GPU: it is dead");
        case "broken" ->
            (source, pairs, receiver) -> {
              throw new IllegalStateException("CUDA_ERROR_UNKNOWN");
            };
        default -> new CpuMatcher();
      };
    }

    @Override
    public FeatureExtractor openExtractor() {
      TAKEN.incrementAndGet();
      return switch (finding) {
        case "absent" -> throw new CudaUnavailableException("Cannot use the GPU: it is dead");
        case "broken" ->
            (picture, most) -> {
              throw new IllegalStateException("CUDA_ERROR_UNKNOWN");
            };
        case "cancelled" ->
            (picture, most) -> {
              JOBS.get().cancel("town");
              throw new IllegalStateException("cancelled");
            };
        default -> new CpuFeatureExtractor();
      };
    }
  }

  @BeforeAll
  static void takePhotographs() throws IOException {
    SharedSpark.session(); // has Hadoop's settings
    for (int i = 0; i < PHOTOGRAPHS; i++) {
      TestPictures.jpeg(
          Files.createDirectories(folder.resolve("town")).resolve(i + ".jpg"), 64, 48, i);
    }
    store = Store.open(folder.resolve("store").toString(), SceneWork.hadoop());
  }

  @BeforeEach
  void forget() throws IOException {
    TAKEN.set(0);
    Files.deleteIfExists(folder.resolve("calls"));
    Files.deleteIfExists(folder.resolve("verified.db"));
  }

  @AfterEach
  void close() {
    if (jobs != null) {
      jobs.close();
    }
  }

  /**
   * The jobs of a run that reconstructs the town, which has no model.
   *
   * @param seed of COLMAP, so that another case finds nothing of this one in the store
   */
  private SceneException reconstruct(
      int seed, Gpu gpu, List<String> settings, String... changesOfDatabase) throws Exception {
    Path extracted = folder.resolve("extracted.db");
    Files.deleteIfExists(extracted);
    FakeColmap.database(extracted, PHOTOGRAPHS, changesOfDatabase);
    Path colmap =
        FakeColmap.write(
            folder.resolve("colmap"),
            "3.8",
            """
            [ "$1" = feature_extractor ] && cp '%s' "$3"
            [ "$1" = exhaustive_matcher ] && cp -n "$3" '%s'
            case "$*" in *"max_num_features 1 "*) shift; set -- lister;; esac
            echo $1 >> '%s'
            """
                .formatted(extracted, folder.resolve("verified.db"), folder.resolve("calls")));
    List<String> all = new ArrayList<>(settings);
    all.add("train.backend=cpu");
    all.add("sfm.colmap=" + colmap);
    all.add("sfm.random-seed=" + seed);
    all.add("store.path=" + store.place());
    PipelineConfig config =
        PipelineConfig.of(ConfigurationReader.withDefaultProfile("vanilla").settings(all).read());
    jobs =
        new SceneJobs(
            JavaSparkContext.fromSparkContext(session.sparkContext()),
            StageProfiles.of(session, config),
            config.spark().timeouts(),
            1);
    JOBS.set(jobs);
    SceneSource scene = town();
    Location logs = store.run("run").attempt("town", 1);
    try {
      new IngestSceneJob(jobs, store, config)
          .run(scene)
          .thenCompose(
              ingested ->
                  new ReconstructSceneJob(
                          jobs, store, config, new RunColmap(jobs, config.sfm()), Optional.of(gpu))
                      .run(scene, ingested, logs, reports::add))
          .join();
      throw new AssertionError("the town has a model");
    } catch (CompletionException e) {
      if (e.getCause() instanceof SceneException refusal) {
        return refusal;
      }
      throw e;
    }
  }

  private static SceneSource town() {
    return new SceneSource(
        "run", "town", Place.local(folder.resolve("town")), ScenePriority.NORMAL, "");
  }

  private List<String> calls() throws IOException {
    return Files.readAllLines(folder.resolve("calls"));
  }

  private List<SfmAttempt> attempts() {
    return reports.get(0).attempts();
  }

  @Test
  void aGpuFindsFeaturesAndMatchesThemOnce() throws Exception {
    assertThat(reconstruct(0, WORKS, List.of()).verdict()).isEqualTo(Verdict.NO_MODEL);

    assertThat(attempts().get(0).matcherReason()).endsWith("; on the GPU, features too");
    assertThat(attempts().get(0).matchingSeconds()).isPositive();
    assertThat(calls())
        .as("then COLMAP's own rung, with its features")
        .startsWith("lister", "exhaustive_matcher", "mapper", "feature_extractor")
        .containsOnlyOnce("lister");
    Features expected =
        new CpuFeatureExtractor()
            .extract(GreyPicture.of(PictureReader.read(folder.resolve("town/2.jpg"))), 8192);
    assertThat(expected.size()).isPositive();
    try (FeatureDatabase database = FeatureDatabase.open(folder.resolve("verified.db"))) {
      assertThat(database.keypoints(2)).isEqualTo(expected.keypoints());
      assertThat(database.descriptors(2)).isEqualTo(expected.descriptors());
    }

    assertThat(reconstruct(0, WORKS, List.of()).verdict()).isEqualTo(Verdict.NO_MODEL);

    assertThat(calls()).filteredOn("lister"::equals).hasSize(2);
    assertThat(TAKEN).as("to find and to match, once").hasValue(2);
  }

  @Test
  void colmapFindsFeaturesAndAGpuMatchesThemOnce() throws Exception {
    List<String> settings = List.of("sfm.features=cpu");
    assertThat(reconstruct(0, WORKS, settings).verdict()).isEqualTo(Verdict.NO_MODEL);

    assertThat(attempts().get(0).matcherReason()).endsWith("; on the GPU");
    assertThat(attempts().get(0).matchingSeconds()).isPositive();
    assertThat(calls())
        .startsWith("feature_extractor", "exhaustive_matcher", "mapper")
        .containsOnlyOnce("feature_extractor")
        .doesNotContain("lister");
    assertThat(store.run("run").attempt("town", 1).at("sfm-logs").fileNames())
        .contains("feature_extractor.log", "mapper.log");

    assertThat(reconstruct(0, WORKS, settings).verdict()).isEqualTo(Verdict.NO_MODEL);

    assertThat(calls()).as("features of the first attempt").containsOnlyOnce("feature_extractor");
    assertThat(TAKEN).hasValue(1);
  }

  @Test
  void aGpuOnlyFindsFeaturesWhereColmapMatches() throws Exception {
    List<String> settings = List.of("sfm.features=gpu", "sfm.matching=cpu");
    assertThat(reconstruct(0, WORKS, settings).verdict()).isEqualTo(Verdict.NO_MODEL);

    assertThat(attempts().get(0).matcherReason()).endsWith(" = 60; features on the GPU");
    assertThat(calls()).startsWith("lister", "exhaustive_matcher", "mapper");
    assertThat(TAKEN).hasValue(1);
  }

  @Test
  void aTaskThatIsTriedAgainFindsNothingTwice() throws Exception {
    ContentKey key = new ContentKey("features", 1, List.of("found before"), Map.of(), "");
    store.keep(key, Files.createDirectories(folder.resolve("before")));
    SceneFiles files = new SceneFiles(store.place(), key, key, null, null, null);
    assertThat(new FindFeaturesOnGpu(files, null, WORKS, 1).work(town()).isDone()).isTrue();
    assertThat(TAKEN).hasValue(0);
  }

  @Test
  void aSceneThatIsCancelledIsNotDoneByColmap() {
    assertThatThrownBy(() -> reconstruct(5, new Gpu("cancelled", "works"), List.of()))
        .hasRootCauseInstanceOf(CancellationException.class);
    assertThat(folder.resolve("calls")).doesNotExist();
    assertThat(TAKEN).hasValue(1);
  }

  @Test
  void whereTheGpuFindsNoFeaturesColmapDoes() throws Exception {
    assertThat(reconstruct(1, new Gpu("broken", "works"), List.of()).verdict())
        .isEqualTo(Verdict.NO_MODEL);

    assertThat(attempts().get(0).verdict()).isEqualTo(Verdict.NO_MODEL);
    assertThat(attempts().get(0).matcherReason())
        .endsWith(
            "; on the GPU; features by COLMAP: Cannot use a GPU for scene town:"
                + " java.lang.IllegalStateException: CUDA_ERROR_UNKNOWN");
    assertThat(calls())
        .startsWith("feature_extractor", "exhaustive_matcher", "mapper")
        .containsOnlyOnce("feature_extractor")
        .doesNotContain("lister");
  }

  @Test
  void whereThereIsNoGpuColmapMatchesToo() throws Exception {
    assertThat(reconstruct(6, new Gpu("absent", "works"), List.of()).verdict())
        .isEqualTo(Verdict.NO_MODEL);

    assertThat(attempts())
        .extracting(SfmAttempt::rung, SfmAttempt::verdict)
        .startsWith(tuple(1, Verdict.INTERNAL), tuple(2, Verdict.NO_MODEL));
    assertThat(attempts().get(0).detail())
        .isEqualTo("Cannot finish scene town: Cannot use the GPU: it is dead");
    assertThat(calls())
        .startsWith("feature_extractor", "exhaustive_matcher", "mapper")
        .containsOnlyOnce("feature_extractor");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          2 | absent |                            | INTERNAL          | it is dead
          3 | broken |                            | INTERNAL          | CUDA_ERROR_UNKNOWN
          4 | works  | PRAGMA user_version = 5000 | TOOL_INCOMPATIBLE | its version is 5000
          """)
  void whereTheGpuFailsColmapMatches(
      int seed, String matching, String change, Verdict verdict, String why) throws Exception {
    String[] changes = change == null ? new String[0] : new String[] {change};
    Gpu gpu = new Gpu("broken", matching);

    assertThat(reconstruct(seed, gpu, List.of(), changes).verdict()).isEqualTo(Verdict.NO_MODEL);

    assertThat(attempts())
        .extracting(SfmAttempt::rung, SfmAttempt::verdict)
        .startsWith(tuple(1, verdict), tuple(2, Verdict.NO_MODEL));
    assertThat(attempts().get(0).detail())
        .startsWith("Cannot ")
        .contains(" scene town")
        .contains(why);
    assertThat(attempts().get(0).matcherReason())
        .endsWith(
            "; features by COLMAP: Cannot use a GPU for scene town:"
                + " java.lang.IllegalStateException: CUDA_ERROR_UNKNOWN");
    assertThat(attempts().get(1).matcherReason()).endsWith("sfm.exhaustive-max-images = 60");
    assertThat(calls())
        .startsWith("feature_extractor", "exhaustive_matcher", "mapper")
        .containsOnlyOnce("feature_extractor");
  }
}
