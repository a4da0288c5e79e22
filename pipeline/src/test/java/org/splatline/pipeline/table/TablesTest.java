package org.splatline.pipeline.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructField;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.splatline.gpu.config.ConfigException;
import org.splatline.pipeline.spark.SharedSpark;
import org.splatline.pipeline.store.Json;

class TablesTest {
  @TempDir static Path folder;
  private static SparkSession spark;
  private static Tables tables;

  @BeforeAll
  static void create() {
    spark = SharedSpark.session();
    tables = new Tables(spark, folder.resolve("tables").toUri().toString());
    tables.createIfAbsent();
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
  void keysComeFirst() {
    Tables.all().stream()
        .filter(table -> table != Tables.RUNS)
        .forEach(
            table ->
                assertThat(table.schema().fieldNames())
                    .as(table.name())
                    .startsWith("run_id", "scene_id", "attempt"));
  }

  @Test
  void aSecondCreationChangesNothing() {
    tables.createIfAbsent();
    assertThat(tables.rows(Tables.RUNS).columns())
        .containsExactly(Tables.RUNS.schema().fieldNames());
  }

  @Test
  void aTableOfOtherColumnsIsRefused() {
    String elsewhere = folder.resolve("other").toUri().toString();
    spark.range(1).write().format("delta").save(elsewhere + "/runs");
    assertThatThrownBy(() -> new Tables(spark, elsewhere).createIfAbsent())
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("lacks column run_id");
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
  void aGroupComesBackFromItsFile() {
    Group group = Group.of(List.of(Rows.group("json", "good"), Group.of(Rows.run("json"))));
    assertThat(Json.read(Json.write(group), Group.class)).isEqualTo(group);
  }
}
