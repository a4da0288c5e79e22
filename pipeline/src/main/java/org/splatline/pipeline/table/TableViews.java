package org.splatline.pipeline.table;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.splatline.gpu.config.ConfigException;
import org.splatline.pipeline.store.Location;

/**
 * The views of a session: one per Delta table below a place, and those with SQL in
 * notebooks/sql/views.
 */
public final class TableViews {
  /** The views with SQL, and the tables that each one reads. */
  private static final Map<String, List<String>> SHIPPED =
      Map.of("metrics_latest", List.of("scene_runs", "models"));

  private final Location place;
  private final List<String> tables;

  /** Throws {@link ConfigException} if there is no table at the place. */
  public TableViews(Location place) {
    this.place = place;
    this.tables =
        place.folders().stream().filter(name -> place.exists(name + "/_delta_log")).toList();
    if (tables.isEmpty()) {
      throw new ConfigException(
          "Cannot find tables in %s: no folder there is a Delta table. Give the --config of a run, or --tables"
              .formatted(place));
    }
  }

  /** Names of the views with SQL. */
  static List<String> shipped() {
    return SHIPPED.keySet().stream().sorted().toList();
  }

  /** Names of the tables, and of the views with SQL that they allow. */
  public List<String> names() {
    List<String> names = new ArrayList<>(tables);
    shipped().stream().filter(this::hasTables).forEach(names::add);
    return names;
  }

  private boolean hasTables(String view) {
    return tables.containsAll(SHIPPED.get(view));
  }

  /** Makes the views of the tables' present versions. */
  public void register(SparkSession spark) {
    tables.forEach(name -> load(spark, name).createOrReplaceTempView(name));
    registerShipped(spark);
  }

  /**
   * Makes the views as they were when a run began: of the scenes and runs that had ended. Throws
   * {@link ConfigException} if there is no such run.
   */
  public void registerBefore(SparkSession spark, String runId) {
    Dataset<Row> sceneRuns = load(spark, Tables.SCENE_RUNS.name());
    RowsBefore before = RowsBefore.of(load(spark, Tables.RUNS.name()), sceneRuns, runId);
    for (Table<?> table : Tables.all()) {
      if (table != Tables.SCENES) {
        before.of(load(spark, table.name())).createOrReplaceTempView(table.name());
      }
    }
    spark.sql(SqlText.ofTable("scenes")).createOrReplaceTempView(Tables.SCENES.name());
    registerShipped(spark);
  }

  private void registerShipped(SparkSession spark) {
    for (String view : shipped()) {
      if (hasTables(view)) {
        spark.sql(SqlText.ofView(view)).createOrReplaceTempView(view);
      }
    }
  }

  private Dataset<Row> load(SparkSession spark, String name) {
    Dataset<Row> rows = spark.read().format("delta").load(place.uri(name));
    return Tables.all().stream()
        .filter(table -> table.name().equals(name))
        .findAny()
        .map(table -> table.complete(rows))
        .orElse(rows);
  }
}
