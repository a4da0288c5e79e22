package org.splatline.pipeline.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.splatline.pipeline.report.RunComparison;
import org.splatline.pipeline.report.RunRows;
import org.splatline.pipeline.report.SceneComparison;
import org.splatline.pipeline.report.Thresholds;
import org.splatline.pipeline.spark.SharedSpark;
import org.splatline.pipeline.store.LocalFolder;
import org.splatline.pipeline.store.Location;

/** The queries of notebooks and of docs/tables.md, on a history of two nights. */
@Tag("both-lanes")
class NotebookSqlIT {
  private static final Path SQL = Path.of("..", "notebooks", "sql");

  /** It stays there: bin/test runs the notebooks on it. */
  private static final Path FOLDER =
      Path.of(System.getProperty("splatline.target", "target"), "history");

  private static Tables tables;

  @BeforeAll
  static void write() {
    LocalFolder.delete(FOLDER);
    tables = History.write(FOLDER, 2, 24, 3);
    new TableViews(Location.open(tables.uri(), new Configuration()))
        .register(SharedSpark.session());
  }

  @Test
  void eachQueryAnswersAlikeWithAnsiOnAndOff() throws IOException {
    SparkSession spark = SharedSpark.session();
    Map<String, List<Row>> ansi = answers();
    spark.conf().set("spark.sql.ansi.enabled", "false");
    try {
      assertThat(answers()).isEqualTo(ansi);
    } finally {
      spark.conf().set("spark.sql.ansi.enabled", "true");
    }
    assertThat(ansi)
        .hasSizeGreaterThan(10)
        .allSatisfy((name, rows) -> assertThat(rows).as(name).isNotEmpty());
  }

  private static Map<String, List<Row>> answers() throws IOException {
    SparkSession spark = SharedSpark.session();
    Map<String, List<Row>> answers = new TreeMap<>();
    try (Stream<Path> files = Files.list(SQL)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        answers.put(
            file.getFileName().toString(), spark.sql(Files.readString(file)).collectAsList());
      }
    }
    return answers;
  }

  @Test
  void theQuestionsOfTheDocumentHaveAnswers() {
    assertThat(strings("failed_last_night"))
        .containsExactly(
            "scene-007,NO_MATCHES,PHOTOGRAPHER,Cannot finish scene scene-007: as this history has"
                + " it.",
            "scene-015,NO_MATCHES,PHOTOGRAPHER,Cannot finish scene scene-015: as this history has"
                + " it.");
    assertThat(strings("worse_than_before"))
        .satisfiesExactly(
            row -> assertThat(row).startsWith("scene-001,night-02,night-01,"),
            row -> assertThat(row).startsWith("scene-002,night-02,night-01,").contains(",2.0,"));
    assertThat(strings("poor_scenes"))
        .singleElement()
        .asString()
        .startsWith("scene-005,")
        .endsWith(",29 photographs: take 10 more");
    assertThat(strings("history_of_a_scene"))
        .satisfiesExactly(
            row -> assertThat(row).startsWith("night-01,1,").contains(",OK,good,"),
            row -> assertThat(row).startsWith("night-02,1,").contains(",OK,fair,"));
    assertThat(strings("cost_per_month"))
        .singleElement()
        .asString()
        .matches("2026-03,44,[0-9.]+,0\\.[0-9]+,0");
    assertThat(strings("gpu_busy"))
        .satisfiesExactly(
            row -> assertThat(row).matches("night-02,.*,0\\.83[0-9]*"),
            row -> assertThat(row).matches("night-01,.*,0\\.8"));
    assertThat(strings("slowest_stage"))
        .hasSize(24)
        .first()
        .asString()
        .startsWith("scene-023,sfm,94.0,");
    assertThat(strings("biggest_models"))
        .hasSize(10)
        .first()
        .asString()
        .startsWith("scene-016,60.0,");
    assertThat(strings("photographs_without_camera"))
        .hasSize(7 + 2 * 8)
        .first()
        .asString()
        .startsWith("scene-001,DSC_0003.jpg,");
    assertThat(strings("tried_again"))
        .satisfiesExactly(
            row -> assertThat(row).startsWith("night-02,scene-003,2,TOOL_CRASH,OK,"),
            row -> assertThat(row).startsWith("night-01,scene-003,2,TOOL_CRASH,OK,"));
  }

  /** The rows of a question, as text. */
  private static List<String> strings(String question) {
    return SharedSpark.session()
        .sql(SqlText.ofQuestion(question), Map.of("scene", "scene-001"))
        .collectAsList()
        .stream()
        .map(row -> row.mkString(","))
        .toList();
  }

  @Test
  void noQuestionIsLeftOut() throws IOException {
    try (Stream<Path> files = Files.list(SQL.resolve("questions"))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(
              TablesText.QUESTIONS.stream().map(name -> name + ".sql").toList());
    }
  }

  /** As the notebooks read them from S3. */
  @Test
  void picturesAreRead() throws IOException {
    String store = FOLDER.resolve("store").toUri().toString();
    String query =
        Files.readString(SQL.resolve("pictures/pictures.sql"))
            .replace("PLACES", store + "results/{scene-000,scene-002,a\\[b}/preview.jpg");
    List<Row> rows = SharedSpark.session().sql(query).collectAsList();
    assertThat(rows).hasSize(1);
    assertThat(rows.get(0).getString(0)).endsWith("/results/scene-000/preview.jpg");
    assertThat(rows.get(0).getString(1)).as("a JPEG").startsWith("/9j/");
  }

  @Test
  void theRegressionsThatWerePlantedAreFound() {
    RunComparison comparison =
        RunComparison.of(
            RunRows.read(tables, "night-01"),
            RunRows.read(tables, "night-02"),
            new Thresholds(0.5, 0.02, 1.2, 1.5, 1.5));
    assertThat(
            comparison.scenes().stream()
                .filter(scene -> scene.outcome() == SceneComparison.Outcome.WORSE)
                .filter(scene -> scene.after().verdict().equals("OK"))
                .map(SceneComparison::sceneId))
        .containsExactly("scene-001", "scene-002");
  }
}
