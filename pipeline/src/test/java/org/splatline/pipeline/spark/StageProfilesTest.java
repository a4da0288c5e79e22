package org.splatline.pipeline.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.spark.SparkConf;
import org.apache.spark.resource.ResourceProfile;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.splatline.gpu.backend.GpuConfig;
import org.splatline.gpu.config.ConfigException;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;
import org.splatline.pipeline.config.SfmExecutor;
import org.splatline.pipeline.config.SparkConfig;
import org.splatline.pipeline.config.TrainExecutor;

@Tag("both-lanes")
class StageProfilesTest {
  private static StageProfiles of(SparkConf conf, int cores, int gpus, int trainers) {
    return of(conf, cores, gpus, trainers, 0);
  }

  private static StageProfiles of(
      SparkConf conf, int cores, int gpus, int trainers, long sfmOverhead) {
    SparkConfig shared = SharedSpark.CONFIG;
    return StageProfiles.of(
        conf,
        new SparkConfig(
            shared.master(),
            3,
            shared.conf(),
            shared.stopAfterAlike(),
            shared.maxAttempts(),
            shared.timeouts(),
            new SfmExecutor(8, 2L << 30, sfmOverhead, 32L << 30),
            new TrainExecutor(cores, 8L << 30, 1L << 30, gpus, "/opt/getGpus.sh"),
            shared.notice()),
        new GpuConfig(0, false, 0.9, 0, GpuConfig.Pictures.AUTO, trainers),
        "cpu");
  }

  private static SparkConf conf(String master) {
    return new SparkConf(false).set("spark.master", master);
  }

  private static SparkConf dynamic(String master) {
    return conf(master).set("spark.dynamicAllocation.enabled", "true");
  }

  @ParameterizedTest
  @ValueSource(strings = {"local", "local[4]", "local[*]"})
  void aLocalMasterHasNoProfile(String master) {
    StageProfiles profiles = of(dynamic(master), 4, 1, 1);

    assertThat(profiles.of(ExecutorKind.TRAIN)).isEmpty();
    assertThat(profiles.of(ExecutorKind.SFM)).isEmpty();
    assertThat(profiles.hasGpuExecutors()).isFalse();
    assertThat(profiles.sentence()).contains("in this JVM (" + master + ")");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"yarn", "k8s://https://cluster", "spark://host:7077", "local-cluster[2,2,1024]"})
  void withDynamicAllocationTrainingHasExecutorsOfItsOwn(String master) {
    ResourceProfile profile = of(dynamic(master), 4, 1, 1).of(ExecutorKind.TRAIN).orElseThrow();

    assertThat(profile.executorResourcesJMap().get("cores").amount()).isEqualTo(4);
    assertThat(profile.executorResourcesJMap().get("memory").amount()).isEqualTo(8 << 10);
    assertThat(profile.executorResourcesJMap().get("gpu").amount()).isEqualTo(1);
    assertThat(profile.executorResourcesJMap().get("gpu").discoveryScript())
        .isEqualTo("/opt/getGpus.sh");
    assertThat(profile.executorResourcesJMap().get("gpu").vendor()).isEqualTo("nvidia.com");
    assertThat(profile.taskResourcesJMap().get("cpus").amount()).isEqualTo(4);
    assertThat(profile.taskResourcesJMap().get("gpu").amount()).isEqualTo(1);
  }

  @Test
  void featuresAreMatchedWhereTrainingsHaveGpus() {
    assertThat(of(dynamic("yarn"), 4, 1, 1).hasGpuExecutors()).isTrue();
    assertThat(of(dynamic("yarn"), 4, 0, 1).hasGpuExecutors()).isFalse();
    assertThat(of(conf("yarn"), 4, 1, 1).hasGpuExecutors()).isFalse();
    assertThat(
            of(conf("yarn").set("spark.executor.resource.gpu.amount", "1"), 4, 1, 1)
                .hasGpuExecutors())
        .isTrue();
  }

  /** Commits, ingest and publishing never queue behind COLMAP or a training. */
  @Test
  void theDefaultProfileIsSparks() {
    assertThat(of(dynamic("yarn"), 4, 1, 1).of(ExecutorKind.DEFAULT)).isEmpty();
  }

  /** 2,000 MiB for each of 8 threads, rounded up. */
  @Test
  void colmapHasExecutorsForThePhotographsOfTheFirstScene() {
    StageProfiles profiles = of(dynamic("yarn"), 4, 1, 1);
    long perThread = 2000L << 20;

    assertThat(profiles.sfmThreads("town", perThread)).isEqualTo(8);
    ResourceProfile profile = profiles.of(ExecutorKind.SFM).orElseThrow();
    assertThat(profile.executorResourcesJMap().get("cores").amount()).isEqualTo(8);
    assertThat(profile.executorResourcesJMap().get("memory").amount()).isEqualTo(2 << 10);
    assertThat(profile.executorResourcesJMap().get("memoryOverhead").amount()).isEqualTo(16 << 10);
    assertThat(profile.executorResourcesJMap()).doesNotContainKey("gpu");
    assertThat(profile.taskResourcesJMap().get("cpus").amount()).isEqualTo(8);
    assertThat(profiles.place(ExecutorKind.SFM))
        .isEqualTo("an executor of 8 cores, 18432 MiB of one worker");

    assertThat(profiles.sfmThreads("town", 2 * perThread)).as("larger photographs").isEqualTo(4);
    assertThat(profiles.sfmThreads("town", 16L << 30)).isEqualTo(1);
    assertThat(profiles.of(ExecutorKind.SFM)).as("made once").containsSame(profile);
  }

  private static long overhead(StageProfiles profiles) {
    return profiles
            .of(ExecutorKind.SFM)
            .orElseThrow()
            .executorResourcesJMap()
            .get("memoryOverhead")
            .amount()
        << 20;
  }

  /** One of 200 megapixels needs 56 GiB for each thread, one of 0.3 megapixels 90 MB. */
  @Test
  void noFirstSceneMakesExecutorsForColmapTooLargeOrTooSmall() {
    StageProfiles small = of(dynamic("yarn"), 4, 1, 1);
    assertThat(small.sfmThreads("small", 90_000_000)).isEqualTo(8);
    assertThat(overhead(small)).isEqualTo(14L << 30);
    assertThat(small.sfmThreads("50 megapixels", 15_000_000_000L)).isEqualTo(1);
    assertThat(overhead(small)).isEqualTo(14L << 30);

    StageProfiles large = of(dynamic("yarn"), 4, 1, 1);
    assertThat(large.sfmThreads("45 megapixels", 13_500_000_000L)).isEqualTo(2);
    assertThat(overhead(large)).isEqualTo(32L << 30);
    assertThatThrownBy(() -> large.sfmThreads("200 megapixels", 60_000_000_000L))
        .isInstanceOfSatisfying(
            SceneException.class,
            refusal -> assertThat(refusal.verdict()).isEqualTo(Verdict.OUT_OF_MEMORY))
        .hasMessage(
            "Cannot reconstruct scene 200 megapixels: COLMAP needs 57221 MiB for one thread on its"
                + " largest photograph, and its executors have at most 32768 MiB. Raise"
                + " spark.sfm-executor.max-overhead");
  }

  @Test
  void aLaterSceneThatNeedsMoreForOneThreadGetsTheLargestExecutors() {
    StageProfiles profiles = of(dynamic("yarn"), 4, 1, 1);
    assertThat(profiles.sfmThreads("first", 1L << 30)).isEqualTo(8);

    assertThat(profiles.sfmThreads("100 megapixels", 30_000_000_000L)).isEqualTo(1);
    ResourceProfile profile = profiles.of(ExecutorKind.SFM).orElseThrow();
    assertThat(overhead(profiles)).isEqualTo(32L << 30);
    assertThat(profiles.sfmThreads("last", 1L << 30)).isEqualTo(8);
    assertThat(profiles.of(ExecutorKind.SFM)).containsSame(profile);
  }

  @Test
  void theMemoryOfColmapMayBeNamed() {
    StageProfiles profiles = of(dynamic("yarn"), 4, 1, 1, 6L << 30);

    assertThat(profiles.sfmThreads("town", 2L << 30)).isEqualTo(3);
    assertThatThrownBy(() -> profiles.sfmThreads("town", 7L << 30))
        .isInstanceOf(SceneException.class)
        .hasMessageEndingWith("at most 6144 MiB. Raise spark.sfm-executor.overhead");
    ResourceProfile profile = profiles.of(ExecutorKind.SFM).orElseThrow();
    assertThat(profile.executorResourcesJMap().get("memoryOverhead").amount()).isEqualTo(6 << 10);
  }

  @Test
  void withoutDynamicAllocationColmapLeavesACoreFree() {
    StageProfiles profiles = of(conf("yarn").set("spark.executor.cores", "4"), 4, 1, 1);

    assertThat(profiles.sfmThreads("town", 1L << 40)).isEqualTo(Integer.MAX_VALUE);
    ResourceProfile profile = profiles.of(ExecutorKind.SFM).orElseThrow();
    assertThat(profile.executorResourcesJMap()).isEmpty();
    assertThat(profile.taskResourcesJMap().get("cpus").amount()).isEqualTo(3);
  }

  @Test
  void onlyALocalMasterWithoutGpuHasOneLimitForColmapAndTraining() {
    assertThat(of(conf("local[4]"), 4, 1, 2).sharesOneMachine()).isTrue();
    assertThat(of(conf("local[4]"), 4, 1, 2).trainings()).isEqualTo(3);
    assertThat(of(conf("local[4]"), 4, 1, 2).sfmThreads("town", 1L << 40))
        .isEqualTo(Integer.MAX_VALUE);
    assertThat(of(dynamic("yarn"), 4, 1, 2).sharesOneMachine()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"2, 0.5, 2", "3, 0.3333333333333333, 1", "4, 0.25, 1"})
  void trainersShareADevice(int trainers, double gpu, int cpus) {
    ResourceProfile profile =
        of(dynamic("yarn"), 4, 1, trainers).of(ExecutorKind.TRAIN).orElseThrow();

    assertThat(profile.taskResourcesJMap().get("gpu").amount()).isEqualTo(gpu);
    assertThat(profile.taskResourcesJMap().get("cpus").amount()).isEqualTo(cpus);
  }

  @Test
  void moreTrainersThanCoresAreRefused() {
    assertThatThrownBy(() -> of(dynamic("yarn"), 2, 1, 3))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "Cannot run 3 trainers on an executor of 2 cores: lower gpu.trainers-per-device or"
                + " raise spark.train-executor.cores");
  }

  @Test
  void withoutDynamicAllocationOnlyTheTaskAsks() {
    SparkConf conf = conf("yarn").set("spark.executor.resource.gpu.amount", "1");
    StageProfiles profiles = of(conf.set("spark.executor.cores", "4"), 4, 1, 2);

    ResourceProfile profile = profiles.of(ExecutorKind.TRAIN).orElseThrow();
    assertThat(profile.executorResourcesJMap()).isEmpty();
    assertThat(profile.taskResourcesJMap().get("gpu").amount()).isEqualTo(0.5);
    assertThat(profile.taskResourcesJMap().get("cpus").amount()).isEqualTo(2);
    assertThat(profiles.sentence()).contains("hold their GPUs through ingest");
  }

  @Test
  void withoutAnyGpuThereIsNoProfile() {
    assertThat(of(conf("yarn"), 4, 1, 1).of(ExecutorKind.TRAIN)).isEmpty();
    assertThat(of(conf("yarn"), 4, 1, 1).sentence())
        .contains("spark.executor.resource.gpu.amount is not set");
    assertThat(of(dynamic("yarn"), 4, 0, 1).of(ExecutorKind.TRAIN)).isEmpty();
    assertThat(of(dynamic("yarn"), 4, 0, 1).sentence()).contains("gpus is 0");
  }
}
