package org.splatline.pipeline.table;

import io.delta.tables.DeltaTable;
import io.delta.tables.DeltaTableBuilder;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.delta.DeltaLog;
import org.apache.spark.sql.delta.Snapshot;
import org.splatline.gpu.config.ConfigException;
import org.splatline.pipeline.store.Location;

/** The Delta tables below one path. Only the driver writes them, through {@link Committer}. */
public final class Tables {
  /**
   * Version of all tables' columns and constraints. What a version brought is said where it stands
   * ({@link Column#since}); {@link TableMigration} brings older tables up.
   */
  static final int VERSION = 2;

  public static final RunsTable RUNS = new RunsTable();
  public static final ScenesTable SCENES = new ScenesTable();
  public static final SceneRunsTable SCENE_RUNS = new SceneRunsTable();
  public static final SfmAttemptsTable SFM_ATTEMPTS = new SfmAttemptsTable();
  public static final ImagesTable IMAGES = new ImagesTable();
  public static final TrainingCurveTable TRAINING_CURVE = new TrainingCurveTable();
  public static final ViewMetricsTable VIEW_METRICS = new ViewMetricsTable();
  public static final ModelsTable MODELS = new ModelsTable();

  private final SparkSession spark;
  private final String uri;

  /**
   * @param uri of the folder that holds a folder for each table
   */
  public Tables(SparkSession spark, String uri) {
    this.spark = spark;
    this.uri = new Path(uri).toString(); // Delta takes file:///a and file:/a for two places
  }

  public static List<Table<?>> all() {
    return List.of(
        RUNS, SCENES, SCENE_RUNS, SFM_ATTEMPTS, IMAGES, TRAINING_CURVE, VIEW_METRICS, MODELS);
  }

  public String uri() {
    return uri;
  }

  /** Where one table lies. */
  public String uri(Table<?> table) {
    return uri + "/" + table.name();
  }

  /**
   * Makes the tables that aren't there, and brings those of earlier versions up to this one. Throws
   * {@link ConfigException} when one is of a later version, or no table of ours.
   */
  public void createIfAbsent() {
    for (Table<?> table : all()) {
      if (DeltaTable.isDeltaTable(spark, uri(table))) {
        new TableMigration(spark, table, uri(table)).run();
      } else {
        create(table);
      }
    }
  }

  private void create(Table<?> table) {
    DeltaTableBuilder builder =
        DeltaTable.createIfNotExists(spark)
            .location(uri(table))
            .addColumns(table.schema())
            .comment(table.comment());
    TableProperties.of(table).forEach(builder::property);
    table
        .constraints()
        .forEach((name, sql) -> builder.property(TableProperties.CONSTRAINT + name, sql));
    builder.execute();
  }

  /** Each table's version now. */
  public Map<String, Long> versions() {
    Map<String, Long> versions = new TreeMap<>();
    for (Table<?> table : all()) {
      versions.put(table.name(), snapshot(spark, uri(table)).version());
    }
    return versions;
  }

  /** The table as it is now; Delta's own view of it, which costs a LIST. */
  static Snapshot snapshot(SparkSession spark, String uri) {
    return DeltaLog.forTableWithSnapshot(spark, new Path(uri))._2();
  }

  /** All rows, attempts that were superseded included. */
  public Dataset<Row> rows(Table<?> table) {
    return spark.read().format("delta").load(uri(table));
  }

  /** What keeps them small and quick. */
  public Maintenance maintenance() {
    return new Maintenance(spark, this);
  }

  /** The answer to a query over the tables and the views that ship, each by its name. */
  public List<Row> ask(String query, Map<String, Object> parameters) {
    new TableViews(Location.open(uri, spark.sparkContext().hadoopConfiguration())).register(spark);
    return spark.sql(query, parameters).collectAsList();
  }

  /** Appends {@code records} unless {@code transaction} or a later one of its name was appended. */
  <T> void append(Table<T> table, List<T> records, String transaction, int version) {
    if (records.isEmpty()) {
      return;
    }
    spark
        .createDataFrame(records.stream().map(table::toRow).toList(), table.schema())
        .coalesce(1)
        .write()
        .format("delta")
        .mode("append")
        .option("txnAppId", transaction)
        .option("txnVersion", version)
        .save(uri(table));
  }

  /** Brings {@code scenes} up to what {@code scene_runs} says of a run's scenes. */
  void mergeScenes(String runId) {
    new ScenesMerge(spark, this).run(runId);
  }
}
