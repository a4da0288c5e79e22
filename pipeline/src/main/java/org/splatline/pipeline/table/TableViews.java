package org.splatline.pipeline.table;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
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
  private static List<String> shipped() {
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
   * Makes the views of each table at its Delta version in {@code versions}. A table without a
   * version there has no rows.
   */
  public void register(SparkSession spark, Map<String, Long> versions) {
    tables.forEach(name -> at(spark, name, versions).createOrReplaceTempView(name));
    registerShipped(spark);
  }

  private void registerShipped(SparkSession spark) {
    for (String view : shipped()) {
      if (hasTables(view)) {
        spark.sql(text(view)).createOrReplaceTempView(view);
      }
    }
  }

  private Dataset<Row> load(SparkSession spark, String name) {
    return spark.read().format("delta").load(place.uri(name));
  }

  private Dataset<Row> at(SparkSession spark, String name, Map<String, Long> versions) {
    return versions.containsKey(name)
        ? spark
            .read()
            .format("delta")
            .option("versionAsOf", versions.get(name))
            .load(place.uri(name))
        : load(spark, name).where("false");
  }

  private static String text(String view) {
    String path = "/org/splatline/views/" + view + ".sql";
    try (InputStream in = TableViews.class.getResourceAsStream(path)) {
      return new String(in.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read view " + view, e);
    }
  }

  /**
   * Each table's version when {@code runId} began, from its first attempt's row in {@code runs}.
   * Throws {@link ConfigException} if there is no such run or its row has no versions.
   */
  public Map<String, Long> versionsBefore(SparkSession spark, String runId) {
    return new VersionsBefore(load(spark, Tables.RUNS.name())).of(runId);
  }
}
