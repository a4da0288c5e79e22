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
import org.junit.jupiter.api.io.TempDir;
import org.splatline.pipeline.report.RunComparison;
import org.splatline.pipeline.report.RunRows;
import org.splatline.pipeline.report.SceneComparison;
import org.splatline.pipeline.report.Thresholds;
import org.splatline.pipeline.spark.SharedSpark;
import org.splatline.pipeline.store.Location;

/** The notebooks' queries, on a history of three nights. */
@Tag("both-lanes")
class NotebookSqlIT {
  @TempDir static Path folder;
  private static Tables tables;

  @BeforeAll
  static void write() {
    tables = History.write(folder, 3, 24, 3);
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
    new TableViews(Location.open(tables.uri(), new Configuration())).register(spark);
    Map<String, List<Row>> answers = new TreeMap<>();
    try (Stream<Path> files = Files.list(Path.of("..", "notebooks", "sql"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        answers.put(
            file.getFileName().toString(), spark.sql(Files.readString(file)).collectAsList());
      }
    }
    return answers;
  }

  @Test
  void theRegressionsThatWerePlantedAreFound() {
    RunComparison comparison =
        RunComparison.of(
            RunRows.read(tables, "night-01"),
            RunRows.read(tables, "night-03"),
            new Thresholds(0.5, 0.02, 1.2, 1.5, 1.5));
    assertThat(
            comparison.scenes().stream()
                .filter(scene -> scene.outcome() == SceneComparison.Outcome.WORSE)
                .filter(scene -> scene.after().verdict().equals("OK"))
                .map(SceneComparison::sceneId))
        .containsExactly("scene-001", "scene-002");
  }
}
