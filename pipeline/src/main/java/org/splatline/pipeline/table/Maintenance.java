package org.splatline.pipeline.table;

import static org.splatline.gpu.Checks.checkArgument;

import io.delta.tables.DeltaOptimizeBuilder;
import io.delta.tables.DeltaTable;
import java.time.Duration;
import org.apache.spark.sql.SparkSession;
import scala.collection.immutable.Map;

/**
 * Keeps tables small and fast: merges their small files, sorted by scene (OPTIMIZE, ZORDER), and
 * deletes files that no version within the horizon needs (VACUUM). Drivers may write at the same
 * time; merging files doesn't conflict with appends.
 */
public final class Maintenance {
  /** For some days readers and time travel need older files. */
  private static final Duration MIN_KEEP = Duration.ofDays(7);

  private final SparkSession spark;
  private final Tables tables;

  public Maintenance(SparkSession spark, Tables tables) {
    this.spark = spark;
    this.tables = tables;
  }

  /**
   * The effect on one table.
   *
   * @param files number of files of the newest version before
   * @param filesAfter the same after; equal to {@code files} in a dry run
   * @param deletable number of files that VACUUM finds; counted up to 1,000
   */
  public record Outcome(String table, long files, long filesAfter, long deletable) {}

  /** Throws {@link IllegalArgumentException} if a horizon is too short to be safe. */
  public static void check(Duration keep) {
    checkArgument(
        keep.compareTo(MIN_KEEP) >= 0,
        "Invalid --keep: %s days are fewer than 7. Running queries and time travel would miss files",
        keep.toDays());
  }

  /** Merges files, then deletes those older than {@code keep}, the table's horizon from now on. */
  public Outcome run(Table<?> table, Duration keep) {
    long before = files(table);
    DeltaTable delta = DeltaTable.forPath(spark, tables.uri(table));
    if (before > 1) { // sorting would rewrite a single file each time
      optimize(table, delta.optimize());
    }
    setHorizon(table, keep);
    long deletable = deletable(table);
    if (deletable > 0) { // else VACUUM would list all files once more
      delta.vacuum();
    }
    return new Outcome(table.name(), before, files(table), deletable);
  }

  private static void optimize(Table<?> table, DeltaOptimizeBuilder builder) {
    if (table.isReadByScene()) {
      builder.executeZOrderBy("scene_id");
    } else {
      builder.executeCompaction();
    }
  }

  /** What {@link #run} would find with the table's present horizon. */
  public Outcome dryRun(Table<?> table) {
    long files = files(table);
    return new Outcome(table.name(), files, files, deletable(table));
  }

  /** Log and files together: time travel needs both. */
  private void setHorizon(Table<?> table, Duration keep) {
    String horizon = "interval %d days".formatted(keep.toDays());
    Map<String, String> properties =
        Tables.snapshot(spark, tables.uri(table)).metadata().configuration();
    if (!properties.get(TableProperties.FILE_RETENTION).contains(horizon)
        || !properties.get(TableProperties.LOG_RETENTION).contains(horizon)) {
      sql(
          table,
          "ALTER TABLE %%s SET TBLPROPERTIES ('%s' = '%s', '%s' = '%s')"
              .formatted(
                  TableProperties.FILE_RETENTION, horizon, TableProperties.LOG_RETENTION, horizon));
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
