package org.splatline.pipeline.run;

import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.splatline.gpu.config.ConfigException;
import org.splatline.pipeline.config.PipelineConfig;
import org.splatline.pipeline.spark.SparkSessions;

/** Whether Delta's log on S3 is written in a way that several drivers can share. */
final class LogStoreCheck {
  private static final String DYNAMODB = "io.delta.storage.S3DynamoDBLogStore";
  private static final Set<String> SHARED = Set.of(SparkSessions.LOG_STORE, DYNAMODB);

  private LogStoreCheck() {}

  /**
   * Throws {@link ConfigException} where the tables lie on S3, more than one run may write there,
   * and the settings name another log store, as Delta's own, which lets two drivers write one
   * commit.
   */
  static void check(PipelineConfig config) {
    Optional<String> key = key(config);
    if (key.isEmpty() || SingleWriterCheck.isSingle(config)) {
      return;
    }
    String store = SparkSessions.setting(config.spark(), key.get());
    if (!SHARED.contains(store)) {
      throw new ConfigException(
          "Cannot share the tables in %s: %s is %s, which lets two drivers write one commit. Leave it unset, take %s with its package, or let one run at a time write there with --set store.single-writer=on"
              .formatted(config.tablesPlace(), key.get(), store, DYNAMODB));
    }
  }

  /** Whether commits are told apart by DynamoDB: the bucket need not do it. */
  static boolean isDynamoDb(PipelineConfig config) {
    return key(config)
        .map(key -> SparkSessions.setting(config.spark(), key).equals(DYNAMODB))
        .orElse(false);
  }

  /** The setting that names the store; empty: the tables aren't on S3. */
  private static Optional<String> key(PipelineConfig config) {
    return Stream.of("s3a", "s3")
        .filter(scheme -> config.tablesPlace().startsWith(scheme + "://"))
        .map("spark.delta.logStore.%s.impl"::formatted)
        .findAny();
  }
}
