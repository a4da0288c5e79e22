package org.splatline.pipeline.config;

import static org.splatline.gpu.Checks.checkArgument;

import java.util.Map;
import java.util.TreeMap;

/**
 * How Spark is started: configuration root {@code spark}.
 *
 * @param master where it runs, unless spark-submit says
 * @param parallelScenes scenes in work at a time, at least 1
 * @param conf passed to Spark as they are; may hold credentials
 * @param stopAfterAlike scenes in a row that fail alike, of no fault of their photographs, before
 *     the run stops; 0: never
 * @param maxAttempts tries at a scene in one invocation, at least 1
 * @param timeouts longest time of each stage
 * @param trainExecutor executors that train
 * @param notice how they learn that their machine goes
 */
public record SparkConfig(
    String master,
    int parallelScenes,
    Map<String, String> conf,
    int stopAfterAlike,
    int maxAttempts,
    StageTimeouts timeouts,
    TrainExecutor trainExecutor,
    NoticeConfig notice) {
  public SparkConfig {
    checkArgument(!master.isBlank(), "Invalid spark.master: it is empty. Take local[*]");
    checkArgument(
        parallelScenes >= 1, "Invalid spark.parallel-scenes: %s is not at least 1", parallelScenes);
    checkArgument(
        stopAfterAlike >= 0, "Invalid spark.stop-after-alike: %s is below 0", stopAfterAlike);
    checkArgument(
        maxAttempts >= 1, "Invalid spark.max-attempts: %s is not at least 1", maxAttempts);
    conf = Map.copyOf(conf);
  }

  /** The same with {@code key} in {@link #conf}. */
  SparkConfig with(String key, String value) {
    Map<String, String> more = new TreeMap<>(conf);
    more.put(key, value);
    return new SparkConfig(
        master, parallelScenes, more, stopAfterAlike, maxAttempts, timeouts, trainExecutor, notice);
  }

  /** Names alone: values may be credentials. */
  @Override
  public String toString() {
    return "SparkConfig[master=%s, parallelScenes=%s, conf=%s]"
        .formatted(master, parallelScenes, conf.keySet());
  }
}
