package org.splatline.pipeline.config;

import static org.splatline.gpu.Checks.checkArgument;

import java.util.Map;
import java.util.TreeMap;

/**
 * How Spark runs: configuration root {@code spark}.
 *
 * @param master Spark's master, unless spark-submit sets it
 * @param parallelScenes scenes in each stage at the same time, at least 1
 * @param conf settings that Spark receives unchanged; may hold credentials
 * @param stopAfterAlike the run stops after this many scenes in a row fail in the same way, unless
 *     their photographs are the cause; 0: never
 * @param maxAttempts attempts per scene in one invocation, at least 1
 * @param timeouts longest time of each stage
 * @param sfmExecutor executors that run COLMAP
 * @param trainExecutor executors that train
 * @param notice how executors learn that their machine will be taken away
 */
public record SparkConfig(
    String master,
    int parallelScenes,
    Map<String, String> conf,
    int stopAfterAlike,
    int maxAttempts,
    StageTimeouts timeouts,
    SfmExecutor sfmExecutor,
    TrainExecutor trainExecutor,
    NoticeConfig notice) {
  public SparkConfig {
    checkArgument(!master.isBlank(), "Invalid spark.master: it is empty. Use local[*]");
    checkArgument(
        parallelScenes >= 1, "Invalid spark.parallel-scenes: %s is not at least 1", parallelScenes);
    checkArgument(
        stopAfterAlike >= 0, "Invalid spark.stop-after-alike: %s is below 0", stopAfterAlike);
    checkArgument(
        maxAttempts >= 1, "Invalid spark.max-attempts: %s is not at least 1", maxAttempts);
    conf = Map.copyOf(conf);
  }

  /** A copy with one more entry in {@link #conf}. */
  SparkConfig with(String key, String value) {
    Map<String, String> more = new TreeMap<>(conf);
    more.put(key, value);
    return new SparkConfig(
        master,
        parallelScenes,
        more,
        stopAfterAlike,
        maxAttempts,
        timeouts,
        sfmExecutor,
        trainExecutor,
        notice);
  }

  /** Shows the names in {@link #conf} only: values may be credentials. */
  @Override
  public String toString() {
    return "SparkConfig[master=%s, parallelScenes=%s, conf=%s]"
        .formatted(master, parallelScenes, conf.keySet());
  }
}
