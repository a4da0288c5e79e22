package org.splatline.pipeline.table;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.delta.tables.DeltaTable;
import io.delta.tables.DeltaTableBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructField;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.splatline.gpu.config.ConfigException;
import org.splatline.pipeline.spark.SharedSpark;

class TableMigrationIT {
  /** A row of a table that has little to bring up: each change takes a commit. */
  private record Note(String runId, int attempt, Integer stars) {}

  private static final class NotesTable extends Table<Note> {
    NotesTable() {
      super(Note.class, "notes", "One row per note", List.of("run_id", "attempt"), notesColumns());
    }

    private static List<Column<Note>> notesColumns() {
      Columns<Note> row = Columns.of(Note.class);
      return List.of(
          row.runId(), row.attempt(), row.maybe("stars", "How good").between(0, 5).since(2));
    }
  }

  private static final Table<Note> NOTES = new NotesTable();

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
    insertOld(tables, Tables.RUNS, Rows.run("old"));

    migrate(Tables.RUNS);

    assertThat(tables.rows(Tables.RUNS).columns())
        .containsExactlyInAnyOrder(Tables.RUNS.schema().fieldNames());
    assertThat(Tables.RUNS.toRecord(tables.rows(Tables.RUNS).first()).tableVersions()).isNull();
    assertThat(property(tables, Tables.RUNS, "delta.constraints.valid_exit_code"))
        .isEqualTo("exit_code >= 0");
    assertThat(property(tables, Tables.RUNS, "delta.logRetentionDuration"))
        .isEqualTo("interval 30 days");
    tables.append(Tables.RUNS, List.of(Rows.run("new")), "test/new", 1);
    assertThat(tables.rows(Tables.RUNS).where("table_versions['runs'] = 3").count()).isEqualTo(1);

    long version = version(tables);
    migrate(Tables.RUNS);
    assertThat(version(tables)).as("after a second look").isEqualTo(version);
  }

  @Test
  void twoDriversBringUpOneTable() {
    Tables tables = tables();
    createVersion1(NOTES, tables);
    CompletableFuture<Void> first = CompletableFuture.runAsync(() -> migrate(NOTES));
    migrate(NOTES);
    first.join();
    assertThat(tables.rows(NOTES).columns()).containsExactlyInAnyOrder(NOTES.schema().fieldNames());
    assertThat(property(tables, NOTES, "delta.constraints.valid_stars"))
        .isEqualTo("stars IS NULL OR stars BETWEEN 0 AND 5");
    assertThat(property(tables, NOTES, "splatline.schema-version")).isEqualTo("4");
  }

  /** Tables that version 2 wrote: two runs of four scenes ({@link TwoNights}). */
  @Test
  @Tag("both-lanes")
  void tablesOfVersion2AreUpgraded() throws IOException {
    unzip("tables-2.zip", folder.resolve("tables"));
    TableTemplate.forgetTables();
    Tables tables = tables();
    Set<String> files = files(tables, Tables.SCENE_RUNS);
    assertThat(property(tables, Tables.SCENE_RUNS, "delta.constraints.valid_verdict"))
        .contains("'NO_MATCHES'");
    List<SceneRunRow> before = sceneRuns(tables);
    assertThat(before)
        .hasSize(8)
        .allSatisfy(
            row -> {
              assertThat(row.key().tenant()).isEmpty();
              assertThat(row.tasks()).isEqualTo(new SceneRunRow.Tasks(null, null, null, null));
            });

    assertThat(tables.ask("select * from metrics_latest", Map.of()))
        .as("readable before the upgrade")
        .hasSize(4);

    migrate(Tables.SCENE_RUNS);
    migrate(Tables.SCENES);

    assertThat(files(tables, Tables.SCENE_RUNS)).as("no file is rewritten").isEqualTo(files);
    assertThat(sceneRuns(tables)).isEqualTo(before);
    for (String word :
        List.of("verdict", "who_fixes", "stage", "backend", "stopped_by", "gpu_purchase_option")) {
      assertThat(property(tables, Tables.SCENE_RUNS, "delta.constraints.valid_" + word)).isNull();
    }
    assertThat(property(tables, Tables.SCENE_RUNS, "delta.constraints.valid_psnr")).isNotNull();
    assertThat(property(tables, Tables.SCENE_RUNS, "delta.constraints.valid_queue_seconds"))
        .isEqualTo("queue_seconds IS NULL OR queue_seconds >= 0");
    assertThat(property(tables, Tables.SCENE_RUNS, "delta.enableChangeDataFeed"))
        .isEqualTo("false");
    assertThat(property(tables, Tables.SCENES, "delta.enableChangeDataFeed")).isEqualTo("true");
    assertThat(property(tables, Tables.SCENES, "delta.constraints.valid_last_verdict")).isNull();

    SceneRow fat = scene(tables, "", "fat");
    tables.append(
        Tables.SCENE_RUNS,
        List.of(
            Rows.trained("wednesday", "same"),
            Rows.withoutTenant(Rows.refusedLater("wednesday", "fat").sceneRuns().get(0))),
        "test/wednesday",
        1);
    tables.mergeScenes("wednesday");

    assertThat(tables.rows(Tables.SCENES).count())
        .as("one more: same of another tenant")
        .isEqualTo(5);
    assertThat(scene(tables, "acme", "same").bytes()).isEqualTo(6_000_000_000L);
    assertThat(scene(tables, "", "same").lastRunId()).isEqualTo("tuesday");
    SceneRow after = scene(tables, "", "fat");
    assertThat(after.lastRunId()).isEqualTo("wednesday");
    assertThat(after.runs()).isEqualTo(3);
    assertThat(after.bytes()).as("the rows don't have it, the scene does").isEqualTo(fat.bytes());
    assertThat(after.place()).isNotNull().isEqualTo(fat.place());
  }

  private static SceneRow scene(Tables tables, String tenant, String scene) {
    return Tables.SCENES.toRecord(
        tables
            .rows(Tables.SCENES)
            .where(col("tenant").equalTo(tenant).and(col("scene_id").equalTo(scene)))
            .first());
  }

  private static List<SceneRunRow> sceneRuns(Tables tables) {
    return tables.rows(Tables.SCENE_RUNS).orderBy("run_id", "scene_id").collectAsList().stream()
        .map(Tables.SCENE_RUNS::toRecord)
        .toList();
  }

  private static Set<String> files(Tables tables, Table<?> table) {
    return Set.of(tables.rows(table).inputFiles());
  }

  private static void unzip(String resource, Path target) throws IOException {
    try (ZipInputStream zip =
        new ZipInputStream(TableMigrationIT.class.getResourceAsStream(resource))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        Path file = target.resolve(entry.getName());
        Files.createDirectories(entry.isDirectory() ? file : file.getParent());
        if (!entry.isDirectory()) {
          Files.copy(zip, file);
        }
      }
    }
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
            "Cannot write table runs at %s: it has version 99 and this Splatline knows 4. Use the newer Splatline that made it, or set tables.path to another place"
                .formatted(tables.uri(Tables.RUNS)));
  }

  @Test
  void rowsThatANewConstraintForbidsAreNamed() {
    Tables tables = tables();
    createVersion1(NOTES, tables);
    insertOld(tables, NOTES, new Note("old", 0, null));
    assertThatThrownBy(() -> migrate(NOTES))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("Cannot upgrade table notes at ")
        .hasMessageContaining("ADD CONSTRAINT valid_attempt CHECK (attempt >= 1)")
        .hasMessageContaining("1 rows in ");
  }

  private Tables tables() {
    return new Tables(spark, folder.resolve("tables").toUri().toString());
  }

  /** As version 1 made it: without constraints and without later columns. */
  private static void createVersion1(Table<?> table, Tables tables) {
    DeltaTableBuilder builder = DeltaTable.createIfNotExists(spark).location(tables.uri(table));
    for (Column<?> column : table.columns()) {
      if (column.since() == 1) {
        builder.addColumn(column.field());
      }
    }
    builder.property("splatline.schema-version", "1").execute();
  }

  private static <T> void insertOld(Tables tables, Table<T> table, T owner) {
    String uri = tables.uri(table);
    StructField[] old = spark.read().format("delta").load(uri).schema().fields();
    spark
        .createDataFrame(List.of(table.toRow(owner)), table.schema())
        .selectExpr(List.of(old).stream().map(StructField::name).toArray(String[]::new))
        .write()
        .format("delta")
        .mode("append")
        .save(uri);
  }

  private static String property(Tables tables, Table<?> table, String name) {
    Row detail = DeltaTable.forPath(spark, tables.uri(table)).detail().first();
    return detail.<String, String>getJavaMap(detail.fieldIndex("properties")).get(name);
  }
}
