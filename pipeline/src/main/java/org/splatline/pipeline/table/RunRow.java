package org.splatline.pipeline.table;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import java.time.Instant;
import java.util.Map;

/**
 * One invocation of a run that did some work. JSON and the table show the groups' components in
 * their place.
 *
 * @param attempt number of invocations that did some work, including this one
 * @param tableVersions Delta's version of each table when the run began; null in a row of a version
 *     that didn't record it
 * @param application its components are null in a row of a version that didn't record them
 */
@JsonDeserialize(using = FlatRecordReader.class)
public record RunRow(
    String runId,
    int attempt,
    @JsonUnwrapped Settings settings,
    @JsonUnwrapped Versions versions,
    @JsonUnwrapped Times times,
    @JsonUnwrapped SceneCounts counts,
    @JsonUnwrapped Ending ending,
    @JsonUnwrapped Machines machines,
    Map<String, Long> tableVersions,
    @JsonUnwrapped Application application) {

  /**
   * The configuration.
   *
   * @param configJson the effective configuration without credentials
   * @param inputPath where the scenes were
   * @param storePath where artifacts and results are
   */
  public record Settings(
      String profile, String configHash, String configJson, String inputPath, String storePath) {}

  /** The programs that ran. */
  public record Versions(String splatlineVersion, String sparkVersion, String colmapVersion) {}

  /**
   * The program's place and origin.
   *
   * @param applicationId Spark's application
   * @param emrRelease such as {@code emr-7.14.0}; null outside EMR
   * @param gitCommit the commit that Splatline was built from; null if unknown
   */
  public record Application(String applicationId, String emrRelease, String gitCommit) {}

  /**
   * When the invocation ran.
   *
   * @param seconds from start to end
   */
  public record Times(Instant startedAt, Instant endedAt, double seconds) {}

  /**
   * What became of the scenes, including those that earlier invocations finished.
   *
   * @param scenes all scenes of the batch
   * @param scenesNotDone scenes with another verdict than OK, or none yet
   */
  public record SceneCounts(int scenes, int scenesOk, int scenesNotDone) {}

  /**
   * How the invocation ended.
   *
   * @param stoppedBecause why it stopped early, one sentence; null if it didn't
   */
  public record Ending(int exitCode, String stoppedBecause) {}

  /**
   * The GPUs used, and the prices.
   *
   * @param gpuHeldSeconds GPU seconds of all executors; null if none had a GPU
   * @param gpuBusySeconds GPU seconds of trainings and evaluations; null where the other is
   * @param pricesDate date of the price list; null in a row of a version without prices
   */
  public record Machines(Double gpuHeldSeconds, Double gpuBusySeconds, String pricesDate) {}
}
