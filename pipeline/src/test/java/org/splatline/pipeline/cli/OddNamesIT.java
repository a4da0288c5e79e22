package org.splatline.pipeline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.splatline.pipeline.OddNames;
import org.splatline.pipeline.run.TinyScene;
import org.splatline.pipeline.spark.SharedSpark;
import org.splatline.pipeline.table.Tables;

/** A run on local files, and the commands after it, where the names of all places are odd. */
class OddNamesIT {
  @TempDir Path parent;

  private Path folder() {
    return parent.resolve(OddNames.NAME);
  }

  private CommandResult ask(String... words) {
    List<String> arguments = new ArrayList<>(List.of(words));
    for (String setting :
        List.of(
            "spark.master=local[2]",
            "train.backend=cpu",
            "train.steps=5",
            "store.path=" + store())) {
      arguments.addAll(List.of("--set", setting));
    }
    return CommandResult.of(arguments);
  }

  private void vacuumSparesFilesInUse() throws IOException {
    Files.createFile(store().resolve("tables/scene_runs/left-over.parquet"));
    for (Path file : dataFiles()) {
      Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofDays(99))));
    }
    Tables tables = new Tables(SharedSpark.session(), "file:" + store().resolve("tables"));
    assertThat(tables.maintenance().dryRun(Tables.SCENE_RUNS).deletable()).isOne();
  }

  private List<Path> dataFiles() throws IOException {
    try (Stream<Path> files = Files.list(store().resolve("tables/scene_runs"))) {
      return files.filter(file -> file.toString().endsWith(".parquet")).toList();
    }
  }

  private Path store() {
    return folder().resolve("store of " + OddNames.NAME);
  }

  @Test
  void aRunAndTheCommandsAfterIt() throws IOException {
    SharedSpark.session(); // which the commands share
    Path uploads = folder().resolve("uploads");
    TinyScene.write(uploads.resolve(OddNames.NAME), 0, OddNames.NAME);
    TinyScene.write(uploads.resolve("victim"), 1);
    Files.createDirectories(uploads.resolve("victi%6D/images"));
    Path batch = folder().resolve(OddNames.NAME + ".jsonl");
    String odd = OddNames.NAME.replace("\"", "\\\"");
    Files.writeString(
        batch,
        """
        {"id": "%s", "source": "uploads/%s"}
        {"id": "victi%%6D", "source": "uploads/victi%%6D"}
        """
            .formatted(odd, odd));

    ask("run", "--profile", "vanilla", "--run-id", "monday", "--set", "input.path=" + batch);
    ask("verify", "--hashes").assertDone();
    Path answers = folder().resolve("answers of " + OddNames.NAME);
    String query = "select scene_id, verdict from scene_runs order by 1";
    ask("sql", query, "--format", "parquet", "--out", answers.toString()).assertDone();
    try (Stream<Path> written = Files.list(answers)) {
      assertThat(written).hasSize(1);
    }
    assertThat(ask("sql", query, "--format", "csv").out())
        .isEqualTo(
            "scene_id,verdict\r\n\"%s\",OK\r\nvicti%%6D,FEW_IMAGES\r\n"
                .formatted(OddNames.NAME.replace("\"", "\"\"")));
    vacuumSparesFilesInUse();
    for (Path file : dataFiles()) {
      Files.writeString(file, "no longer parquet");
    }
    ask("sql", "select verdict_detail from scene_runs")
        .assertFailed(
            70,
            "Cannot read table scene_runs: file file:%s/tables/scene_runs/part-"
                .formatted(store()));
  }
}
