package org.splatline.pipeline.config;

import org.splatline.gpu.config.ConfigException;
import org.splatline.gpu.config.Configuration;
import org.splatline.gpu.format.ExportConfig;
import org.splatline.gpu.sfm.SfmConfig;
import org.splatline.gpu.train.TrainConfig;
import org.splatline.pipeline.input.InputConfig;
import org.splatline.pipeline.input.LimitsConfig;

/**
 * The whole configuration of a run.
 *
 * @param effective the configuration that the parts were read from, for content keys and tables
 */
public record PipelineConfig(
    InputConfig input,
    StoreConfig store,
    TablesConfig tables,
    SfmConfig sfm,
    LimitsConfig limits,
    TrainConfig train,
    ExportConfig export,
    SparkConfig spark,
    CostConfig cost,
    NotifyConfig notifications,
    Configuration effective) {

  /** Throws {@link ConfigException} when a part has the wrong type or is out of range. */
  public static PipelineConfig of(Configuration configuration) {
    return new PipelineConfig(
        configuration.section("input", InputConfig.class),
        configuration.section("store", StoreConfig.class),
        configuration.section("tables", TablesConfig.class),
        configuration.section("sfm", SfmConfig.class),
        configuration.section("limits", LimitsConfig.class),
        TrainConfig.of(configuration),
        configuration.section("export", ExportConfig.class),
        configuration.section("spark", SparkConfig.class),
        configuration.section("cost", CostConfig.class),
        configuration.section("notify", NotifyConfig.class),
        configuration);
  }

  /** A copy with one more of Spark's own settings. */
  public PipelineConfig withSparkSetting(String key, String value) {
    return new PipelineConfig(
        input,
        store,
        tables,
        sfm,
        limits,
        train,
        export,
        spark.with(key, value),
        cost,
        notifications,
        effective);
  }

  /** {@code tables.path}, or {@code tables} below the store when it is empty. */
  public String tablesPlace() {
    if (!tables.path().isBlank()) {
      return tables.path();
    }
    return storePlace() + "/tables";
  }

  /** {@code store.path}; throws {@link ConfigException} when it is empty. */
  public String storePlace() {
    return given("store.path", store.path());
  }

  /** {@code input.path}; throws {@link ConfigException} when it is empty. */
  public String inputPlace() {
    return given("input.path", input.path());
  }

  private static String given(String key, String value) {
    if (value.isBlank()) {
      throw new ConfigException(
          "Missing %s: it has no default. Give a folder or an s3a:// prefix in the file or with --set %s=…"
              .formatted(key, key));
    }
    return value.replaceAll("(?<=[^/:])/+$", "");
  }
}
