package org.splatline.pipeline.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.delta.tables.DeltaTable;
import io.delta.tables.DeltaTableBuilder;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructField;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.splatline.gpu.config.ConfigException;
import org.splatline.pipeline.spark.SharedSpark;

class TableMigrationTest {
  @TempDir Path folder;
  private static SparkSession spark;

  @BeforeAll
  static void open() {
    spark = SharedSpark.session();
  }

  @Test
  @Tag("both-lanes")
  void tablesOfVersion1GetWhatTheyLack() {
    Tables tables = tables();
    createVersion1(Tables.RUNS, tables);
    insertOldRun(tables);

    migrate(Tables.RUNS);

    assertThat(tables.rows(Tables.RUNS).columns())
        .containsExactlyInAnyOrder(Tables.RUNS.schema().fieldNames());
    assertThat(Tables.RUNS.toRecord(tables.rows(Tables.RUNS).first()).tableVersions()).isNull();
    assertThat(property(tables, "delta.constraints.valid_exit_code"))
        .isEqualTo("exit_code BETWEEN 0 AND 3");
    assertThat(property(tables, "delta.logRetentionDuration")).isEqualTo("interval 400 days");
    tables.append(Tables.RUNS, List.of(Rows.run("new")), "test/new", 1);
    assertThat(tables.rows(Tables.RUNS).where("table_versions['runs'] = 3").count()).isEqualTo(1);

    long version = version(tables);
    migrate(Tables.RUNS);
    assertThat(version(tables)).as("after a second look").isEqualTo(version);
  }

  @Test
  void twoDriversBringUpOneTable() {
    Tables tables = tables();
    createVersion1(Tables.IMAGES, tables);
    CompletableFuture<Void> first = CompletableFuture.runAsync(() -> migrate(Tables.IMAGES));
    migrate(Tables.IMAGES);
    first.join();
    assertThat(tables.rows(Tables.IMAGES).columns())
        .containsExactlyInAnyOrder(Tables.IMAGES.schema().fieldNames());
  }

  private void migrate(Table<?> table) {
    new TableMigration(spark, table, tables().uri(table)).run();
  }

  private static long version(Tables tables) {
    return Tables.snapshot(spark, tables.uri(Tables.RUNS)).version();
  }

  @Test
  void aTableOfALaterVersionIsRefused() {
    Tables tables = tables();
    createVersion1(Tables.RUNS, tables);
    spark.sql(
        "ALTER TABLE delta.`%s` SET TBLPROPERTIES ('splatline.schema-version' = '99')"
            .formatted(tables.uri(Tables.RUNS)));
    assertThatThrownBy(() -> migrate(Tables.RUNS))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "Cannot write table runs at %s: it is of version 99 and this Splatline knows 2. Take the newer Splatline that made it, or give tables.path another place"
                .formatted(tables.uri(Tables.RUNS)));
  }

  @Test
  void rowsThatANewConstraintForbidsAreNamed() {
    Tables tables = tables();
    createVersion1(Tables.RUNS, tables);
    insertOldRun(tables);
    spark.sql("UPDATE delta.`%s` SET exit_code = 9".formatted(tables.uri(Tables.RUNS)));
    assertThatThrownBy(() -> migrate(Tables.RUNS))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("Cannot bring table runs at ")
        .hasMessageContaining("ADD CONSTRAINT valid_exit_code CHECK (exit_code BETWEEN 0 AND 3)")
        .hasMessageContaining("1 rows in ");
  }

  private Tables tables() {
    return new Tables(spark, folder.resolve("tables").toUri().toString());
  }

  /** As version 1 made it: without constraints, and without what came later. */
  private static void createVersion1(Table<?> table, Tables tables) {
    DeltaTableBuilder builder = DeltaTable.createIfNotExists(spark).location(tables.uri(table));
    for (Column<?> column : table.columns()) {
      if (column.since() == 1) {
        builder.addColumn(column.field());
      }
    }
    builder.property("splatline.schema-version", "1").execute();
  }

  private static void insertOldRun(Tables tables) {
    String uri = tables.uri(Tables.RUNS);
    StructField[] old = spark.read().format("delta").load(uri).schema().fields();
    spark
        .createDataFrame(List.of(Tables.RUNS.toRow(Rows.run("old"))), Tables.RUNS.schema())
        .selectExpr(List.of(old).stream().map(StructField::name).toArray(String[]::new))
        .write()
        .format("delta")
        .mode("append")
        .save(uri);
  }

  private static String property(Tables tables, String name) {
    Row detail = DeltaTable.forPath(spark, tables.uri(Tables.RUNS)).detail().first();
    return detail.<String, String>getJavaMap(detail.fieldIndex("properties")).get(name);
  }
}
