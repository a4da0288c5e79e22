package org.splatline.pipeline.table;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.delta.DeltaLog;
import org.splatline.pipeline.spark.SharedSpark;
import org.splatline.pipeline.store.Store;

/**
 * Two runs of four scenes, as their drivers would have committed them. On tuesday scene blurry is 1
 * dB worse, scene fat is twice as large, scene broken is refused, scene same is as on monday.
 */
public final class TwoNights {
  private static final long BYTES = 4_000_000;

  private TwoNights() {}

  /** Writes store and tables below {@code folder}; returns the tables' place. */
  public static String write(Path folder) {
    Tables tables = new Tables(SharedSpark.session(), folder.resolve("tables").toUri().toString());
    tables.createIfAbsent();
    Store store = Store.open(folder.resolve("store").toString(), new Configuration());
    night(
        store,
        tables,
        "monday",
        List.of(
            Rows.group("monday", "blurry", 30, BYTES),
            Rows.group("monday", "broken", 30, BYTES),
            Rows.group("monday", "fat", 30, BYTES),
            Rows.group("monday", "same", 30, BYTES)));
    night(
        store,
        tables,
        "tuesday",
        List.of(
            Rows.group("tuesday", "blurry", 29, BYTES),
            Rows.refusedLater("tuesday", "broken"),
            Rows.group("tuesday", "fat", 30, 2 * BYTES),
            Rows.group("tuesday", "same", 30.1, BYTES + 1000)));
    return tables.uri();
  }

  /** Has Delta write a checkpoint of one table; returns its log's folder. */
  @SuppressWarnings("deprecation") // what came instead isn't the same on both lanes
  public static Path checkpoint(Path tables, Table<?> table) {
    SparkSession spark = SharedSpark.session();
    DeltaLog.forTable(spark, tables.resolve(table.name()).toUri().toString()).checkpoint();
    return tables.resolve(table.name()).resolve("_delta_log");
  }

  private static void night(Store store, Tables tables, String run, List<Group> scenes) {
    Map<String, Long> versions = tables.versions();
    Committer committer = Committer.open(store.run(run), run, tables);
    committer.commit(Group.of(scenes));
    committer.commit(Group.of(Rows.run(run, versions)));
  }
}
