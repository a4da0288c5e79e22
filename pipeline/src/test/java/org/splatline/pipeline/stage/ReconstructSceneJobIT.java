package org.splatline.pipeline.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
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
import org.splatline.gpu.config.ConfigurationReader;
import org.splatline.gpu.cuda.device.CudaUnavailableException;
import org.splatline.gpu.match.CpuMatcher;
import org.splatline.gpu.match.Matcher;
import org.splatline.gpu.sfm.FakeColmap;
import org.splatline.gpu.sfm.GpuMatchers;
import org.splatline.gpu.sfm.SfmAttempt;
import org.splatline.gpu.sfm.SfmReport;
import org.splatline.gpu.sift.CpuFeatureExtractor;
import org.splatline.gpu.sift.FeatureExtractor;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;
import org.splatline.pipeline.TestPictures;
import org.splatline.pipeline.config.PipelineConfig;
import org.splatline.pipeline.input.ScenePriority;
import org.splatline.pipeline.input.SceneSource;
import org.splatline.pipeline.spark.SharedSpark;
import org.splatline.pipeline.spark.StageProfiles;
import org.splatline.pipeline.store.Location;
import org.splatline.pipeline.store.Place;
import org.splatline.pipeline.store.Store;

/**
 * Features that COLMAP finds and a GPU of another executor matches. COLMAP is a script that never
 * finds a model. The plain matcher stands for the GPU, and the session's JVM for all executors.
 */
@Timeout(120)
class ReconstructSceneJobIT {
  private static final int PHOTOGRAPHS = 4;
  private static final AtomicInteger TAKEN = new AtomicInteger(); // of the GPU

  @TempDir static Path folder;
  private final SparkSession session = SharedSpark.session();
  private SceneJobs jobs;
  private static Store store;
  private final List<SfmReport> reports = new ArrayList<>();

  /** A GPU of a task; {@code how} it fails, if it does. */
  private record Gpu(String how) implements GpuMatchers, Serializable {
    @Override
    public Optional<String> absence() {
      return Optional.empty();
    }

    @Override
    public Matcher open() {
      TAKEN.incrementAndGet();
      return switch (how) {
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
      return new CpuFeatureExtractor();
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
  }

  @AfterEach
  void close() {
    jobs.close();
  }

  /**
   * The jobs of a run that reconstructs the town, which has no model.
   *
   * @param seed of COLMAP, so that another case finds nothing of this one in the store
   */
  private SceneException reconstruct(int seed, String gpu, String... changesOfDatabase)
      throws Exception {
    Path extracted = folder.resolve("extracted.db");
    Files.deleteIfExists(extracted);
    FakeColmap.database(extracted, PHOTOGRAPHS, changesOfDatabase);
    Path colmap =
        FakeColmap.write(
            folder.resolve("colmap"),
            "3.8",
            """
            [ "$1" = feature_extractor ] && cp '%s' "$3"
            echo $1 >> '%s'
            """
                .formatted(extracted, folder.resolve("calls")));
    PipelineConfig config =
        PipelineConfig.of(
            ConfigurationReader.withDefaultProfile("vanilla")
                .settings(
                    List.of(
                        "train.backend=cpu",
                        "sfm.colmap=" + colmap,
                        "sfm.random-seed=" + seed,
                        "store.path=" + store.place()))
                .read());
    jobs =
        new SceneJobs(
            JavaSparkContext.fromSparkContext(session.sparkContext()),
            StageProfiles.of(session, config),
            config.spark().timeouts(),
            1);
    SceneSource scene =
        new SceneSource(
            "run", "town", Place.local(folder.resolve("town")), ScenePriority.NORMAL, "");
    Location logs = store.run("run").attempt("town", 1);
    try {
      new IngestSceneJob(jobs, store, config)
          .run(scene)
          .thenCompose(
              ingested ->
                  new ReconstructSceneJob(
                          jobs,
                          store,
                          config,
                          new RunColmap(jobs, config.sfm()),
                          Optional.of(new Gpu(gpu)))
                      .run(scene, ingested, logs, reports::add))
          .join();
      throw new AssertionError("the town has a model");
    } catch (CompletionException e) {
      return (SceneException) e.getCause();
    }
  }

  private List<String> calls() throws IOException {
    return Files.readAllLines(folder.resolve("calls"));
  }

  @Test
  void colmapFindsFeaturesAndAGpuMatchesThemOnce() throws Exception {
    assertThat(reconstruct(0, "works").verdict()).isEqualTo(Verdict.NO_MODEL);

    assertThat(reports.get(0).attempts().get(0).matcherReason()).endsWith("; on the GPU");
    assertThat(reports.get(0).attempts().get(0).matchingSeconds()).isPositive();
    assertThat(calls())
        .startsWith("feature_extractor", "exhaustive_matcher", "mapper")
        .containsOnlyOnce("feature_extractor");
    assertThat(store.run("run").attempt("town", 1).at("sfm-logs").fileNames())
        .contains("feature_extractor.log", "mapper.log");

    assertThat(reconstruct(0, "works").verdict()).isEqualTo(Verdict.NO_MODEL);

    assertThat(calls()).as("features of the first attempt").containsOnlyOnce("feature_extractor");
    assertThat(TAKEN).hasValue(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          1 | absent |                            | INTERNAL          | it is dead
          2 | broken |                            | INTERNAL          | CUDA_ERROR_UNKNOWN
          3 | works  | PRAGMA user_version = 5000 | TOOL_INCOMPATIBLE | its version is 5000
          """)
  void whereTheGpuFailsColmapMatches(
      int seed, String gpu, String change, Verdict verdict, String why) throws Exception {
    String[] changes = change == null ? new String[0] : new String[] {change};

    assertThat(reconstruct(seed, gpu, changes).verdict()).isEqualTo(Verdict.NO_MODEL);

    List<SfmAttempt> attempts = reports.get(0).attempts();
    assertThat(attempts)
        .extracting(SfmAttempt::rung, SfmAttempt::verdict)
        .startsWith(tuple(1, verdict), tuple(2, Verdict.NO_MODEL));
    assertThat(attempts.get(0).detail())
        .startsWith("Cannot ")
        .contains(" scene town")
        .contains(why);
    assertThat(attempts.get(1).matcherReason()).endsWith("sfm.exhaustive-max-images = 60");
    assertThat(calls())
        .startsWith("feature_extractor", "exhaustive_matcher", "mapper")
        .containsOnlyOnce("feature_extractor");
  }
}
