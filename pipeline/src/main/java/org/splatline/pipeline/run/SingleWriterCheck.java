package org.splatline.pipeline.run;

import java.util.List;
import org.splatline.gpu.config.ConfigException;
import org.splatline.pipeline.config.PipelineConfig;
import org.splatline.pipeline.config.StoreConfig.SingleWriter;
import org.splatline.pipeline.store.Location;

/**
 * What {@code store.single-writer} makes of a store: with conditional writes any number of runs may
 * write there; without, one, and each of its JVMs is told through Hadoop's settings.
 */
public final class SingleWriterCheck {
  private static final String KEY = "spark.hadoop." + Location.SINGLE_WRITER;

  private SingleWriterCheck() {}

  /**
   * Of the places a run writes to. Throws {@link ConfigException} where one lacks what was asked
   * for.
   */
  static PipelineConfig of(List<Location> places, PipelineConfig config) {
    if (config.store().singleWriter() == SingleWriter.ON) {
      return single(config);
    }
    for (Location place : places) {
      if (!place.probeConditionalWrites()) {
        if (config.store().singleWriter() == SingleWriter.OFF) {
          throw new ConfigException(
              "Cannot share %s: it lets a file be created twice, and store.single-writer is off. Take a place with conditional writes, or let one run at a time write there with --set store.single-writer=auto (tables alone can be shared by Delta's io.delta.storage.S3DynamoDBLogStore, with spark.conf)"
                  .formatted(place));
        }
        return single(config);
      }
    }
    return config;
  }

  /** Of a run's places; likewise. */
  static PipelineConfig of(Location store, Location tables, PipelineConfig config) {
    boolean byDynamoDb = LogStoreCheck.isDynamoDb(config);
    PipelineConfig checked = of(byDynamoDb ? List.of(store) : List.of(store, tables), config);
    LogStoreCheck.check(checked);
    return checked;
  }

  /** Of the tables, for a command that writes there without a run; likewise. */
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

  /** For the user of a run that is the only one. */
  public static String sentence(PipelineConfig checked) {
    return "store %s: one writer, it lacks conditional writes or store.single-writer is on. Start no other run that writes there before this one has ended"
        .formatted(checked.storePlace());
  }
}
