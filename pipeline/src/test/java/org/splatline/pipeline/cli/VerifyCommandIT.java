package org.splatline.pipeline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.splatline.pipeline.spark.SharedSpark;
import org.splatline.pipeline.table.TwoNights;

class VerifyCommandIT {
  @TempDir Path folder;

  private CommandResult ask(String... more) {
    List<String> arguments = new ArrayList<>(List.of(more));
    for (String place : List.of("store", "tables")) {
      arguments.addAll(List.of("--set", place + ".path=" + folder.resolve(place)));
    }
    return CommandResult.of(arguments);
  }

  @Test
  void whatDisagreesIsFoundAndWhatCanBeIsRepaired() throws IOException {
    folder = TwoNights.restore();
    CommandResult sound = ask("verify", "--hashes");
    assertThat(sound.code()).as(sound.err() + sound.out()).isZero();
    assertThat(sound.out()).contains(", 0 faults").doesNotContain("without a table row");
    assertThat(sound.err()).contains("verify: run monday");

    Path store = folder.resolve("store");
    Files.write(store.resolve("models/monday-fat.ply"), new byte[7]);
    Files.delete(store.resolve("models/monday-blurry.ply"));
    byte[] other = Files.readAllBytes(store.resolve("models/tuesday-same.ply"));
    other[100] = 1;
    Files.write(store.resolve("models/tuesday-same.ply"), other);
    Files.delete(store.resolve("runs/monday/scenes/same/RESULT.json"));
    Files.createDirectories(store.resolve("runs/monday/scenes/same/attempts/9"));
    Files.createDirectories(store.resolve("artifacts/train/abc"));
    Files.writeString(store.resolve("artifacts/train/abc/part"), "12345");
    writeResults(store.resolve("results"));
    TwoNights.leaveHalfDone(folder);
    TwoNights.setAside(folder, "monday", "fat");
    doubleARow();
    loseARow();
    Files.write(store.resolve("runs/tuesday/commits/4.json"), new byte[0]);

    CommandResult faults = ask("verify", "--hashes");
    assertThat(faults.code()).as(faults.err()).isEqualTo(1);
    assertThat(faults.out())
        .containsPattern(
            "WRONG_FILE monday fat: \\S+monday-fat.ply has 7 bytes, its row says 4000000")
        .containsPattern("WRONG_FILE monday blurry: \\S+monday-blurry.ply is missing")
        .containsPattern("WRONG_FILE tuesday same: \\S+ has another sha256")
        .containsPattern("WRONG_FILE monday same: \\S+results/same/model.ply is missing")
        .containsPattern("WRONG_FILE monday same: \\S+curve.json has 2 bytes, metrics.json says 5")
        .doesNotContain("preview.jpg")
        .contains("LOST_ANSWER monday same: its row is published")
        .contains("UNFINISHED monday fat: retry has set its answer aside")
        .doesNotContain("LOST_ANSWER monday fat")
        .contains("UNFINISHED tuesday late: attempt 2 has ended and has no row. Run again")
        .containsPattern("UNFINISHED tuesday: rows of \\S+commits/3.json are not in images, ")
        .contains("LOST_ROWS monday: table images has 6 rows of the 8 that were committed")
        .doesNotContain("LOST_ROWS tuesday")
        .containsPattern(
            "DAMAGED_FILE tuesday: Cannot read \\S+commits/4.json: it is damaged, its 0 bytes")
        .contains(
            "DOUBLE_ROW monday blurry: table models has 2 rows of one key (run_id monday, scene_id blurry, attempt 2, format ply)")
        .contains("4 places without a table row, 0.0 MB")
        .endsWith(" faults\n");

    CommandResult repaired = ask("verify", "--run-id", "tuesday", "--repair", "--json");
    JsonNode json = new ObjectMapper().readTree(repaired.out());
    assertThat(json.at("/faults").findValuesAsText("kind"))
        .as("they were planted: %s", repaired.out())
        .containsExactlyInAnyOrder("DOUBLE_ROW", "DAMAGED_FILE");
  }

  /** One damaged, one interrupted on S3, and one interrupted here. */
  private static void writeResults(Path results) throws IOException {
    Path same = Files.createDirectories(results.resolve("same"));
    Files.writeString(
        same.resolve("metrics.json"),
        """
        {"run_id": "monday", "files": {"model.ply": 9, "curve.json": 5, "preview.jpg": 1}}\
        """);
    Files.writeString(same.resolve("curve.json"), "[]");
    Files.writeString(same.resolve("preview.jpg"), "1");
    Files.createDirectories(results.resolve("blurry"));
    Files.createDirectories(results.resolve(".same-12345678-1234-1234-1234-123456789012.part"));
  }

  private void loseARow() {
    SharedSpark.session()
        .sql(
            "delete from delta.`%s` where run_id = 'monday' and scene_id = 'same'"
                .formatted(folder.resolve("tables/images").toUri()));
  }

  private void doubleARow() {
    SparkSession spark = SharedSpark.session();
    String models = folder.resolve("tables/models").toUri().toString();
    spark
        .read()
        .format("delta")
        .load(models)
        .where("run_id = 'monday' and scene_id = 'blurry'")
        .write()
        .format("delta")
        .mode("append")
        .save(models);
  }

  @Test
  void tablesArePackedAndCanStillBeReadAsTheyWere() throws IOException {
    folder = TwoNights.restore();
    Path leftOver = Files.createFile(folder.resolve("tables/scene_runs/left-over.parquet"));
    Files.setLastModifiedTime(leftOver, FileTime.from(Instant.now().minus(Duration.ofDays(99))));
    String count = "select count(*) as n from scene_runs";
    CommandResult look = ask("maintain", "--dry-run");
    assertThat(look.out()).containsPattern("scene_runs +2 +2 +1");
    CommandResult done = ask("maintain", "--keep", "8");
    assertThat(done.code()).as(done.err()).isZero();
    assertThat(done.out()).containsPattern("scene_runs +2 +1 +1");
    assertThat(leftOver).doesNotExist();
    assertThat(ask("sql", "--format", "csv", count).out()).isEqualTo("n\r\n8\r\n");
    assertThat(ask("sql", "--format", "csv", "--before", "tuesday", count).out())
        .as("the night before, in %s", folder)
        .isEqualTo("n\r\n4\r\n");
    assertThat(ask("maintain", "--keep", "6").err())
        .contains("Invalid --keep: 6 days are fewer than 7");
  }

  @Test
  void anUnknownRunAndAPlaceWithoutTables() {
    assertThat(ask("verify", "--run-id", "monday").err()).contains("Cannot find run monday");
    CommandResult nothing = ask("verify");
    assertThat(nothing.code()).isEqualTo(64);
    assertThat(nothing.err()).contains("Cannot find table runs in ");
  }
}
