package org.splatline.pipeline.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.splatline.pipeline.spark.SharedSpark;

@Tag("both-lanes")
class TablesTextIT {
  /** Run with {@code -Dsplatline.update=true} to print the document again. */
  @Test
  void theDocumentIsUpToDate() throws IOException {
    Path document = Path.of("..", "docs", "tables.md");
    if (Boolean.getBoolean("splatline.update")) {
      Files.writeString(document, TablesText.markdown());
    }
    assertThat(Files.readString(document))
        .as("Tables or questions changed: run this test with -Dsplatline.update=true")
        .isEqualTo(TablesText.markdown());
  }

  /** The SQL makes the same tables as a driver. */
  @Test
  void theSqlMakesTheTables(@TempDir Path folder) {
    SparkSession spark = SharedSpark.session();
    String place = folder.toUri().toString().replaceAll("/$", "");
    for (String statement : TablesText.sql(place).split(";\n", -1)) {
      if (statement.contains("/models`")) { // one table: each constraint takes a commit
        spark.sql(statement.strip());
      }
    }
    new TableMigration(spark, Tables.MODELS, place + "/models").run();
    assertThat(Tables.snapshot(spark, place + "/models").version())
        .as("nothing was missing")
        .isEqualTo(Tables.MODELS.constraints().size());
    assertThat(spark.read().format("delta").load(place + "/models").schema().json())
        .isEqualTo(Tables.MODELS.schema().json());
  }
}
