package org.splatline.pipeline.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.splatline.gpu.config.ConfigException;
import org.splatline.gpu.config.ConfigurationReader;
import org.splatline.pipeline.config.PipelineConfig;

class LogStoreCheckTest {
  private static final String DYNAMODB = "io.delta.storage.S3DynamoDBLogStore";
  private static final String STOCK = "io.delta.storage.S3SingleDriverLogStore";

  private static PipelineConfig config(String... settings) {
    return PipelineConfig.of(
        ConfigurationReader.withDefaultProfile("vanilla").settings(List.of(settings)).read());
  }

  private static String store(String name) {
    return "spark.conf.spark.delta.logStore.s3a.impl=" + name;
  }

  @Test
  void deltasOwnStoreIsNotShared() {
    PipelineConfig config = config("tables.path=s3a://bucket/tables", store(STOCK));
    assertThatThrownBy(() -> LogStoreCheck.check(config))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("Cannot share the tables in s3a://bucket/tables")
        .hasMessageContaining(STOCK)
        .hasMessageContaining("use io.delta.storage.S3DynamoDBLogStore");
  }

  /** Delta sees tables at s3 as tables at s3a. */
  @Test
  void whoNamesAStoreForS3MeansS3aToo() {
    String s3 = "spark.conf.spark.delta.logStore.s3.impl=";
    PipelineConfig config = config("tables.path=s3://bucket/tables", s3 + STOCK);
    assertThatThrownBy(() -> LogStoreCheck.check(config)).hasMessageContaining(STOCK);
    assertThat(LogStoreCheck.isDynamoDb(config("tables.path=s3://b/t", s3 + DYNAMODB))).isTrue();
  }

  @Test
  void oursAndDynamoDbsAreShared() {
    for (PipelineConfig config :
        new PipelineConfig[] {
          config("tables.path=s3a://bucket/tables"),
          config("tables.path=s3://bucket/tables"),
          config("tables.path=s3a://b/t", store(DYNAMODB)),
          config("tables.path=/tmp/tables", store(STOCK)),
          config("tables.path=s3 tables", store(STOCK)),
          config("tables.path=s3a://b/t", store(STOCK))
              .withSparkSetting("spark.hadoop.splatline.store.single-writer", "true")
        }) {
      assertThatCode(() -> LogStoreCheck.check(config)).doesNotThrowAnyException();
    }
  }
}
