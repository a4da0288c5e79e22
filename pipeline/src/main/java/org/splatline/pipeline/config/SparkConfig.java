package org.splatline.pipeline.config;

import static org.splatline.gpu.Checks.checkArgument;

import java.util.Map;

/**
 * How Spark is started: configuration root {@code spark}.
 *
 * @param master where it runs, unless spark-submit says
 * @param parallelScenes scenes in work at a time, at least 1
 * @param conf passed to Spark as they are; may hold credentials
 */
public record SparkConfig(String master, int parallelScenes, Map<String, String> conf) {
  public SparkConfig {
    checkArgument(!master.isBlank(), "Invalid spark.master: it is empty. Take local[*]");
    checkArgument(
        parallelScenes >= 1, "Invalid spark.parallel-scenes: %s is not at least 1", parallelScenes);
    conf = Map.copyOf(conf);
  }

  /** Whether the executors live in the driver's JVM. */
  public boolean isLocal() {
    return master.equals("local") || master.startsWith("local[");
  }

  /** Names alone: values may be credentials. */
  @Override
  public String toString() {
    return "SparkConfig[master=%s, parallelScenes=%s, conf=%s]"
        .formatted(master, parallelScenes, conf.keySet());
  }
}
