package org.splatline.pipeline.run;

import java.util.Set;
import org.splatline.gpu.config.ConfigException;
import org.splatline.pipeline.config.PipelineConfig;
import org.splatline.pipeline.spark.SparkSessions;
import org.splatline.pipeline.store.Place;

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
    if (!isOnS3(config) || SingleWriterCheck.isSingle(config)) {
      return;
    }
    String store = store(config);
    if (!SHARED.contains(store)) {
      throw new ConfigException(
          "Cannot share the tables in %s: %s is %s, which lets two drivers write one commit. Leave it unset, use %s with its package, or allow only one run at a time there with --set store.single-writer=on"
              .formatted(config.tablesPlace(), SparkSessions.S3A_LOG_STORE, store, DYNAMODB));
    }
  }

  /** Whether DynamoDB keeps commits apart, so that the bucket need not do it. */
  static boolean isDynamoDb(PipelineConfig config) {
    return isOnS3(config) && store(config).equals(DYNAMODB);
  }

  private static boolean isOnS3(PipelineConfig config) {
    return Place.parse(config.tablesPlace()).scheme().equals("s3a");
  }

  /** The class that Delta's log on S3 is written with. */
  private static String store(PipelineConfig config) {
    return SparkSessions.setting(config.spark(), SparkSessions.S3A_LOG_STORE);
  }
}
