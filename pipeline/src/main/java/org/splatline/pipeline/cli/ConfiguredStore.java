package org.splatline.pipeline.cli;

import org.splatline.pipeline.config.PipelineConfig;
import org.splatline.pipeline.spark.SparkSessions;
import org.splatline.pipeline.store.Store;

/** Opens the store of a configuration. */
final class ConfiguredStore {
  private ConfiguredStore() {}

  /** The store at {@code store.path}, without starting Spark. */
  static Store open(PipelineConfig config) {
    return Store.open(config.storePlace(), SparkSessions.hadoop(config.spark()));
  }
}
