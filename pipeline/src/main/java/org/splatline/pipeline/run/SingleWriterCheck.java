package org.splatline.pipeline.run;

import java.util.List;
import org.splatline.gpu.config.ConfigException;
import org.splatline.pipeline.config.PipelineConfig;
import org.splatline.pipeline.config.StoreConfig.SingleWriter;
import org.splatline.pipeline.store.Location;

/**
 * Decides how many runs may write to a store. With conditional writes, any number may; without,
 * only one, and Hadoop's settings tell each of its JVMs so. {@code store.single-writer} can
 * override that.
 */
public final class SingleWriterCheck {
  private static final String KEY = "spark.hadoop." + Location.SINGLE_WRITER;

  private SingleWriterCheck() {}

  /**
   * Checks the places a run writes to. Throws {@link ConfigException} when a place lacks
   * conditional writes and {@code store.single-writer} is off.
   */
  static PipelineConfig of(List<Location> places, PipelineConfig config) {
    if (config.store().singleWriter() == SingleWriter.ON) {
      return single(config);
    }
    for (Location place : places) {
      if (!place.probeConditionalWrites()) {
        if (config.store().singleWriter() == SingleWriter.OFF) {
          throw new ConfigException(
              "Cannot share %s: it lets a file be created twice, and store.single-writer is off. Use a place with conditional writes, or allow only one run at a time there with --set store.single-writer=auto (tables alone can be shared by Delta's io.delta.storage.S3DynamoDBLogStore, with spark.conf)"
                  .formatted(place));
        }
        return single(config);
      }
    }
    return config;
  }

  /** Checks a run's store and tables, as the other methods do. */
  static PipelineConfig of(Location store, Location tables, PipelineConfig config) {
    boolean byDynamoDb = LogStoreCheck.isDynamoDb(config);
    PipelineConfig checked = of(byDynamoDb ? List.of(store) : List.of(store, tables), config);
    LogStoreCheck.check(checked);
    return checked;
  }

  /** Checks the tables, for a command that writes there without a run. */
  public static PipelineConfig ofTables(Location tables, PipelineConfig config) {
    PipelineConfig checked =
        of(LogStoreCheck.isDynamoDb(config) ? List.of() : List.of(tables), config);
    LogStoreCheck.check(checked);
    return checked;
  }

  private static PipelineConfig single(PipelineConfig config) {
    return config.withSparkSetting(KEY, "true");
  }

  /** Whether this run must be the only one that writes to its store. */
  public static boolean isSingle(PipelineConfig checked) {
    return Boolean.parseBoolean(checked.spark().conf().get(KEY));
  }

  /** One sentence for the user of such a run. */
  public static String sentence(PipelineConfig checked) {
    return "store %s: one writer, it lacks conditional writes or store.single-writer is on. Do not start another run that writes there before this one has ended"
        .formatted(checked.storePlace());
  }
}
