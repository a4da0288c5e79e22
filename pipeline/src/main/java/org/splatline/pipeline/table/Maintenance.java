package org.splatline.pipeline.table;

import static org.splatline.gpu.Checks.checkArgument;

import io.delta.tables.DeltaTable;
import java.time.Duration;
import org.apache.spark.sql.SparkSession;

/**
 * Keeps tables small and quick: packs their small files (OPTIMIZE) and deletes files that no
 * version within the horizon needs (VACUUM). Drivers may write meanwhile: packing is no conflict
 * with what they append.
 */
public final class Maintenance {
  /** Readers and time travel need older files for some days. */
  private static final Duration LEAST = Duration.ofDays(7);

  private final SparkSession spark;
  private final Tables tables;

  public Maintenance(SparkSession spark, Tables tables) {
    this.spark = spark;
    this.tables = tables;
  }

  /**
   * What became of one table, or would.
   *
   * @param files of its newest version, before
   * @param filesAfter likewise, after; as before in a dry run
   * @param deletable files that VACUUM finds, at most 1,000 of them counted
   */
  public record Outcome(String table, long files, long filesAfter, long deletable) {}

  /** Checks a horizon; throws {@link IllegalArgumentException} when it isn't safe. */
  public static void check(Duration keep) {
    checkArgument(
        keep.compareTo(LEAST) >= 0,
        "Invalid --keep: %s days are fewer than 7, and who reads or looks back meanwhile would miss files",
        keep.toDays());
  }

  /** Packs, then deletes what is older than {@code keep}, which becomes the table's own horizon. */
  public Outcome run(Table<?> table, Duration keep) {
    long before = files(table);
    DeltaTable delta = DeltaTable.forPath(spark, tables.uri(table));
    delta.optimize().executeCompaction();
    setHorizon(table, keep);
    long deletable = deletable(table);
    delta.vacuum();
    return new Outcome(table.name(), before, files(table), deletable);
  }

  /** What {@link #run} would find now, by the table's own horizon. */
  public Outcome look(Table<?> table) {
    long files = files(table);
    return new Outcome(table.name(), files, files, deletable(table));
  }

  private void setHorizon(Table<?> table, Duration keep) {
    String horizon = "interval %d days".formatted(keep.toDays());
    String key = "delta.deletedFileRetentionDuration";
    if (!Tables.snapshot(spark, tables.uri(table))
        .metadata()
        .configuration()
        .get(key)
        .contains(horizon)) {
      sql(table, "ALTER TABLE %s SET TBLPROPERTIES ('" + key + "' = '" + horizon + "')");
    }
  }

  private long deletable(Table<?> table) {
    return spark.sql("VACUUM " + name(table) + " DRY RUN").count();
  }

  private long files(Table<?> table) {
    return Tables.snapshot(spark, tables.uri(table)).numOfFiles();
  }

  private void sql(Table<?> table, String statement) {
    spark.sql(statement.formatted(name(table)));
  }

  private String name(Table<?> table) {
    return "delta.`" + tables.uri(table) + "`";
  }
}
