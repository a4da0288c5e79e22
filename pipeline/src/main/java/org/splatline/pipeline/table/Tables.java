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
import scala.Option;

/** The Delta tables below one path. Only the driver writes them, through {@link Committer}. */
public final class Tables {
  /**
   * Version of all tables' columns and constraints. {@link Column#since} tells the version that
   * added a column; {@link TableMigration} upgrades older tables.
   */
  static final int VERSION = 4;

  public static final Table<RunRow> RUNS = new RunsTable();
  public static final Table<SceneRow> SCENES = new ScenesTable();
  public static final Table<SceneRunRow> SCENE_RUNS = new SceneRunsTable();
  public static final Table<SfmAttemptRow> SFM_ATTEMPTS = new SfmAttemptsTable();
  public static final Table<ImageRow> IMAGES = new ImagesTable();
  public static final Table<TrainingCurveRow> TRAINING_CURVE = new TrainingCurveTable();
  public static final Table<ViewMetricsRow> VIEW_METRICS = new ViewMetricsTable();
  public static final Table<ModelRow> MODELS = new ModelsTable();

  private final SparkSession spark;
  private final String uri;

  /**
   * Throws {@link ConfigException} if Delta can't have tables there.
   *
   * @param uri of the folder with one folder per table
   */
  public Tables(SparkSession spark, String uri) {
    if (uri.contains("`")) {
      throw new ConfigException(
          "Cannot keep tables in %s: Delta takes no path with a backtick. Set tables.path to another place"
              .formatted(uri));
    }
    this.spark = spark;
    this.uri = new Path(uri).toString(); // to Delta, file:///a and file:/a are two places
  }

  public static List<Table<?>> all() {
    return List.of(
        RUNS, SCENES, SCENE_RUNS, SFM_ATTEMPTS, IMAGES, TRAINING_CURVE, VIEW_METRICS, MODELS);
  }

  public String uri() {
    return uri;
  }

  /** The session that reads them. */
  public SparkSession spark() {
    return spark;
  }

  /** The URI of one table. */
  public String uri(Table<?> table) {
    return uri + "/" + table.name();
  }

  /** Does what {@link #createIfAbsent(CommitRetry)} does, with the standard tries. */
  public void createIfAbsent() {
    createIfAbsent(CommitRetry.standard());
  }

  /**
   * Creates missing tables and upgrades those of earlier versions. Throws {@link ConfigException}
   * if a table has a later version or isn't one of Splatline's.
   *
   * @param retry for each table: Delta refuses one of two drivers that create it at the same time
   */
  public void createIfAbsent(CommitRetry retry) {
    for (Table<?> table : all()) {
      retry.run("create table " + table.name(), () -> createIfAbsent(table));
    }
  }

  private void createIfAbsent(Table<?> table) {
    if (DeltaTable.isDeltaTable(spark, uri(table))) {
      new TableMigration(spark, table, uri(table)).run();
    } else {
      create(table);
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

  /** Each table's present version. */
  public Map<String, Long> versions() {
    Map<String, Long> versions = new TreeMap<>();
    for (Table<?> table : all()) {
      versions.put(table.name(), snapshot(spark, uri(table)).version());
    }
    return versions;
  }

  /** Delta's view of the present table. On S3 this is a LIST request. */
  static Snapshot snapshot(SparkSession spark, String uri) {
    return DeltaLog.forTableWithSnapshot(spark, new Path(uri))._2();
  }

  /** All rows, including those of superseded attempts, with the columns of this version. */
  public Dataset<Row> rows(Table<?> table) {
    return table.complete(spark.read().format("delta").load(uri(table)));
  }

  /** Keeps the tables small and fast. */
  public Maintenance maintenance() {
    return new Maintenance(spark, this);
  }

  /** The answer to a query. Tables and views with SQL have their names there. */
  public List<Row> ask(String query, Map<String, Object> parameters) {
    new TableViews(Location.open(uri, spark.sparkContext().hadoopConfiguration())).register(spark);
    return spark.sql(query, parameters).collectAsList();
  }

  /** Throws {@link ConfigException} for text that is more than a SQL condition on the tables. */
  public void checkCondition(String text) {
    new ReadOnlySql(spark, List.of()).checkCondition(text);
  }

  /** Appends records unless this version of the transaction, or a later one, is in the table. */
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

  /** The last group of a run whose rows this table has; 0: none. */
  public long lastGroup(Table<?> table, String runId) {
    Option<Object> version =
        snapshot(spark, uri(table)).transactions().get(Committer.transaction(table, runId));
    return version.isEmpty() ? 0 : (Long) version.get();
  }

  /** Updates {@code scenes} with the scenes of a run. */
  void mergeScenes(String runId) {
    new ScenesMerge(spark, this).run(runId);
  }
}
