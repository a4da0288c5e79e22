package org.splatline.pipeline.table;

import io.delta.tables.DeltaTable;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructField;
import org.splatline.gpu.config.ConfigException;

/** The Delta tables below one path. Only the driver writes them, through {@link Committer}. */
public final class Tables {
  public static final RunsTable RUNS = new RunsTable();
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
    return List.of(RUNS, SCENE_RUNS, SFM_ATTEMPTS, IMAGES, TRAINING_CURVE, VIEW_METRICS, MODELS);
  }

  public String uri() {
    return uri;
  }

  /** Where one table lies. */
  public String uri(Table<?> table) {
    return uri + "/" + table.name();
  }

  /**
   * Makes the tables that aren't there. Throws {@link ConfigException} when one is there with other
   * columns.
   */
  public void createIfAbsent() {
    for (Table<?> table : all()) {
      if (DeltaTable.isDeltaTable(spark, uri(table))) {
        checkColumns(table);
      } else {
        create(table);
      }
    }
  }

  private void create(Table<?> table) {
    DeltaTable.createIfNotExists(spark)
        .location(uri(table))
        .addColumns(table.schema())
        .comment(table.comment())
        .property("splatline.schema-version", "1")
        .property("splatline.logstore", "conditional-put") // what all its writers have to use
        .property("delta.setTransactionRetentionDuration", "interval 90 days")
        .execute();
  }

  private void checkColumns(Table<?> table) {
    List<String> present = List.of(rows(table).schema().fieldNames());
    for (StructField field : table.schema().fields()) {
      if (!present.contains(field.name())) {
        throw new ConfigException(
            ("Cannot write table %s at %s: it was made by another version and lacks column %s. Give"
                    + " tables.path another place")
                .formatted(table.name(), uri(table), field.name()));
      }
    }
  }

  /** All rows, attempts that were superseded included. */
  public Dataset<Row> rows(Table<?> table) {
    return spark.read().format("delta").load(uri(table));
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
}
