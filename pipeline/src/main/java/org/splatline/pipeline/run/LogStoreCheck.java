package org.splatline.pipeline.run;

import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.splatline.gpu.config.ConfigException;
import org.splatline.pipeline.config.PipelineConfig;
import org.splatline.pipeline.spark.SparkSessions;

/** Checks that several drivers can share Delta's log on S3. */
final class LogStoreCheck {
  private static final String DYNAMODB = "io.delta.storage.S3DynamoDBLogStore";
  private static final Set<String> SHARED = Set.of(SparkSessions.LOG_STORE, DYNAMODB);

  private LogStoreCheck() {}

  /**
   * Throws {@link ConfigException} when the tables are on S3, more than one run may write there,
   * and the settings name a log store that lets two drivers write one commit, as Delta's own does.
   */
  static void check(PipelineConfig config) {
    Optional<String> key = key(config);
    if (key.isEmpty() || SingleWriterCheck.isSingle(config)) {
      return;
    }
    String store = SparkSessions.setting(config.spark(), key.get());
    if (!SHARED.contains(store)) {
      throw new ConfigException(
          "Cannot share the tables in %s: %s is %s, which lets two drivers write one commit. Leave it unset, use %s with its package, or allow only one run at a time there with --set store.single-writer=on"
              .formatted(config.tablesPlace(), key.get(), store, DYNAMODB));
    }
  }

  /** Whether DynamoDB keeps commits apart, so that the bucket need not do it. */
  static boolean isDynamoDb(PipelineConfig config) {
    return key(config)
        .map(key -> SparkSessions.setting(config.spark(), key).equals(DYNAMODB))
        .orElse(false);
  }

  /** The setting that names the log store; empty: the tables are not on S3. */
  private static Optional<String> key(PipelineConfig config) {
    return Stream.of("s3a", "s3")
        .filter(scheme -> config.tablesPlace().startsWith(scheme + "://"))
        .map("spark.delta.logStore.%s.impl"::formatted)
        .findAny();
  }
}
