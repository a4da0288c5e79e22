package org.splatline.pipeline.spark;

import java.time.Duration;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.splatline.pipeline.config.NoticeConfig;
import org.splatline.pipeline.config.SfmExecutor;
import org.splatline.pipeline.config.SparkConfig;
import org.splatline.pipeline.config.StageTimeouts;
import org.splatline.pipeline.config.TrainExecutor;

/** The one session of a test JVM. A session per class would take most of the time. */
public final class SharedSpark {
  public static final SparkConfig CONFIG =
      new SparkConfig(
          "local[2]",
          2,
          Map.of(),
          0,
          1,
          new StageTimeouts(
              Duration.ofHours(1),
              Duration.ofHours(1),
              Duration.ofHours(1),
              Duration.ofHours(1),
              Duration.ofHours(1),
              Duration.ofHours(1)),
          new SfmExecutor(1, 1L << 30, 0, 32L << 30),
          new TrainExecutor(1, 1L << 30, 0, 1, ""),
          new NoticeConfig("", "", Duration.ofSeconds(2)));

  private SharedSpark() {}

  public static synchronized SparkSession session() {
    return SparkSessions.open(CONFIG, "splatline-tests");
  }
}
