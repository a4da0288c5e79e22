package org.splatline.pipeline.spark;

import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.splatline.pipeline.config.SparkConfig;

/** The one session of a test JVM: starting another for each class would take the most time. */
public final class SharedSpark {
  public static final SparkConfig CONFIG = new SparkConfig("local[2]", 2, Map.of());

  private SharedSpark() {}

  public static synchronized SparkSession session() {
    return SparkSessions.open(CONFIG, "splatline-tests");
  }
}
