package org.splatline.pipeline.table;

import static org.apache.spark.sql.functions.lit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.delta.tables.DeltaTable;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructField;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.splatline.gpu.config.ConfigException;
import org.splatline.pipeline.spark.SharedSpark;
import org.splatline.pipeline.store.Json;

@Tag("both-lanes")
class TablesIT {
  @TempDir static Path folder;
  private static SparkSession spark;
  private static Tables tables;

  @BeforeAll
  static void create() {
    spark = SharedSpark.session();
    tables = TableTemplate.emptyBelow(folder);
  }

  @Test
  void everyColumnSaysWhatItIs() {
    for (Table<?> table : Tables.all()) {
      for (StructField field : tables.rows(table).schema().fields()) {
        assertThat(field.getComment().isDefined())
            .as("comment of %s.%s", table.name(), field.name())
            .isTrue();
      }
    }
  }

  @Test
  void keysComeFirstAndAreNeverNull() {
    for (Table<?> table : Tables.all()) {
      List<StructField> first = List.of(table.schema().fields()).subList(0, table.key().size());
      assertThat(first.stream().map(StructField::name))
          .as(table.name())
          .containsExactlyElementsOf(table.key());
      assertThat(first).as(table.name()).noneMatch(StructField::nullable);
    }
  }

  @Test
  void aSecondCreationChangesNothing() {
    tables.createIfAbsent();
    assertThat(tables.rows(Tables.RUNS).columns())
        .containsExactly(Tables.RUNS.schema().fieldNames());
  }

  /** Each has its own session, as two drivers do that start on a new store. */
  @Test
  void severalDriversMakeTheTablesAtOnce() throws Exception {
    String fresh = folder.resolve("fresh").toUri().toString();
    ExecutorService drivers = Executors.newFixedThreadPool(3);
    try {
      List<Callable<Void>> all =
          Collections.nCopies(
              3,
              () -> {
                new Tables(spark.newSession(), fresh).createIfAbsent();
                return null;
              });
      for (Future<Void> driver : drivers.invokeAll(all)) {
        driver.get();
      }
    } finally {
      drivers.shutdownNow();
    }
    Tables made = new Tables(spark, fresh);
    made.append(Tables.RUNS, List.of(Rows.run("first")), "test/fresh", 1);
    assertThat(made.rows(Tables.RUNS).count()).isOne();
    assertThat(made.versions()).hasSize(Tables.all().size());
  }

  @Test
  void aTableOfOtherColumnsIsRefused() {
    String elsewhere = folder.resolve("other").toUri().toString();
    spark.range(1).write().format("delta").save(elsewhere + "/runs");
    assertThatThrownBy(() -> new Tables(spark, elsewhere).createIfAbsent())
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(
            "wasn't made by Splatline, because it lacks property splatline.schema-version");
  }

  @Test
  void recordsComeBackAsTheyWent() {
    comesBack(Tables.RUNS, List.of(Rows.run("round")));
    comesBack(
        Tables.SCENE_RUNS, List.of(Rows.trained("round", "good"), Rows.refused("round", "poor")));
    comesBack(Tables.SFM_ATTEMPTS, List.of(Rows.sfmAttempt("round", "good")));
    comesBack(Tables.IMAGES, List.of(Rows.image("round", "good", "a.jpg")));
    comesBack(Tables.TRAINING_CURVE, List.of(Rows.point("round", "good", 7)));
    comesBack(Tables.VIEW_METRICS, List.of(Rows.view("round", "good", "a.jpg")));
    comesBack(Tables.MODELS, List.of(Rows.model("round", "good")));
  }

  private static <T> void comesBack(Table<T> table, List<T> records) {
    tables.append(table, records, "test/" + table.name(), 1);
    assertThat(tables.rows(table).where("run_id = 'round'").collectAsList())
        .map(table::toRecord)
        .containsExactlyInAnyOrderElementsOf(records);
  }

  @Test
  void withoutHeldOutViewsThereIsNoPsnr() {
    SceneRunRow row = Rows.trained("blind", "good", Double.NaN);
    tables.append(Tables.SCENE_RUNS, List.of(row), "test/blind", 1);
    Row read = tables.rows(Tables.SCENE_RUNS).where("run_id = 'blind'").first();
    assertThat(read.<Object>getAs("psnr")).isNull();
    assertThat(Tables.SCENE_RUNS.toRecord(read)).isEqualTo(row);
  }

  @Test
  void whatCannotBeIsRefused() {
    refused(Tables.SCENE_RUNS, Rows.trained("bad", "good", 101), "psnr");
    refused(Tables.IMAGES, Rows.image("bad", "good", "a.jpg", 9), "orientation");
  }

  private static <T> void refused(Table<T> table, T record, String column) {
    assertThatThrownBy(() -> tables.append(table, List.of(record), "test/bad", 1))
        .hasStackTraceContaining("valid_" + column);
  }

  @Test
  void whoReadsVersion1ReadsThem() {
    for (Table<?> table : Tables.all()) {
      Row detail = DeltaTable.forPath(spark, tables.uri(table)).detail().first();
      assertThat(detail.<Integer>getAs("minReaderVersion")).as(table.name()).isEqualTo(1);
    }
  }

  /** The other tables only grow: there Delta keeps no second record of the rows. */
  @Test
  void changesOfScenesCanBeFollowed() {
    tables.append(Tables.SCENE_RUNS, List.of(Rows.trained("first", "followed")), "test/first", 1);
    tables.mergeScenes("first");
    long version = tables.versions().get("scenes");
    tables.append(
        Tables.SCENE_RUNS, Rows.refusedLater("later", "followed").sceneRuns(), "test/later", 1);
    tables.mergeScenes("later");
    assertThat(
            spark
                .read()
                .format("delta")
                .option("readChangeFeed", true)
                .option("startingVersion", version)
                .load(tables.uri(Tables.SCENES))
                .where("scene_id = 'followed'")
                .select("last_run_id", "_change_type")
                .orderBy("_commit_version", "_change_type")
                .collectAsList())
        .containsExactly(
            RowFactory.create("first", "insert"),
            RowFactory.create("later", "update_postimage"),
            RowFactory.create("first", "update_preimage"));
    for (Table<?> table : Tables.all()) {
      assertThat(TableProperties.of(table).get("delta.enableChangeDataFeed"))
          .as(table.name())
          .isEqualTo(Boolean.toString(table == Tables.SCENES));
    }
  }

  /** A word that a later version adds needs no change of the tables. */
  @Test
  void aWordOfALaterVersionIsStoredAndNamedWhenItIsRead() {
    tables.append(Tables.SCENE_RUNS, List.of(Rows.trained("words", "good")), "test/words", 1);
    tables
        .rows(Tables.SCENE_RUNS)
        .where("run_id = 'words'")
        .withColumn("verdict", lit("LATER_WORD"))
        .withColumn("run_id", lit("later-words"))
        .write()
        .format("delta")
        .mode("append")
        .save(tables.uri(Tables.SCENE_RUNS));
    Row later = tables.rows(Tables.SCENE_RUNS).where("run_id = 'later-words'").first();
    assertThatThrownBy(() -> Tables.SCENE_RUNS.toRecord(later))
        .hasMessage(
            "Cannot read verdict LATER_WORD: this Splatline doesn't know it. Use the newer Splatline that wrote the row");
  }

  @Test
  void aGroupComesBackFromItsFile() {
    Group group = Group.of(List.of(Rows.group("json", "good"), Group.of(Rows.run("json"))));
    assertThat(Json.read(Json.write(group), Group.class)).isEqualTo(group);
  }
}
