package org.splatline.pipeline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.splatline.pipeline.run.TinyScene;
import org.splatline.pipeline.spark.SharedSpark;
import org.splatline.pipeline.table.TableTemplate;

/** A run from its start to its results through commands alone: run, status, cancel, retry, sql. */
class OperationsCommandsIT {
  @TempDir Path folder;

  private CommandResult batch(String command, String... more) {
    List<String> arguments = new ArrayList<>(List.of(command, "--profile", "vanilla"));
    if (!List.of(more).contains("--run-id")) {
      arguments.addAll(List.of("--run-id", "monday"));
    }
    for (String setting :
        List.of(
            "spark.master=local[2]",
            "spark.parallel-scenes=2",
            "train.backend=cpu",
            "train.threads=1", // one training goes on until it is cancelled
            "input.path=" + folder.resolve("scenes"),
            "store.path=" + store())) {
      arguments.addAll(List.of("--set", setting));
    }
    arguments.addAll(List.of(more));
    return CommandResult.of(arguments);
  }

  private String store() {
    return folder.resolve("store").toString();
  }

  private CommandResult status(String... more) {
    List<String> arguments =
        new ArrayList<>(List.of("status", "--run-id", "monday", "--store", store()));
    arguments.addAll(List.of(more));
    return CommandResult.of(arguments);
  }

  @Test
  void aRunIsSeenCancelledCompletedAndRetried() throws Exception {
    TinyScene.write(folder.resolve("scenes/garden"));
    TinyScene.writeBroken(folder.resolve("scenes/broken"));
    TableTemplate.emptyBelow(folder.resolve("store"));
    CompletableFuture<CommandResult> running =
        CompletableFuture.supplyAsync(() -> batch("run", "--set", "train.steps=1000000"));
    while (!Files.exists(Path.of(store(), "runs/monday/STATUS.json"))
        || !status().out().contains("train")) {
      assertThat(running).isNotDone();
      Thread.sleep(200);
    }
    assertThat(status("--json").out()).contains("\"scene_id\" : \"garden\"", "RUNNING");

    CommandResult cancelled =
        CommandResult.of("cancel", "--run-id", "monday", "--store", store(), "--scene", "garden");
    assertThat(cancelled.code()).as(cancelled.err()).isZero();
    assertThat(cancelled.out()).contains("Ended: scene garden");
    assertThat(running.get(60, TimeUnit.SECONDS).code()).isEqualTo(2);
    assertThat(status("--watch").out()).contains("CANCELLED", "UNREADABLE_IMAGES");
    assertThat(CommandResult.of("cancel", "--run-id", "monday", "--store", store()).err())
        .contains("Cannot cancel run monday: it has ended, with exit code 2");

    assertThat(batch("run", "--set", "train.steps=20").code()).isEqualTo(2);
    assertThat(status().out()).contains("DONE", "UNREADABLE_IMAGES").doesNotContain("CANCELLED");

    assertThat(batch("retry", "--scene", "garden").err())
        .contains("Cannot retry scene garden of run monday: it is OK");
    repairPhotographs();
    CommandResult retried =
        batch("retry", "--set", "train.steps=20", "--verdict", "UNREADABLE_IMAGES");
    assertThat(retried.code()).as(retried.err()).isZero();
    SharedSpark.session(); // the commands that read tables share it
    CommandResult rows =
        CommandResult.of(
            "sql",
            "--set",
            "store.path=" + store(),
            "select concat_ws(' ', scene_id, attempt, verdict, published) as row from scene_runs order by 1");
    assertThat(rows.out().lines().map(String::strip))
        .contains(
            "broken 1 UNREADABLE_IMAGES true",
            "broken 2 OK true",
            "garden 1 CANCELLED false",
            "garden 2 OK true");
    reprocesses();
  }

  private void reprocesses() {
    CommandResult plan =
        batch("reprocess", "--run-id", "again", "--where", "psnr > 1000", "--dry-run");
    assertThat(plan.code()).as(plan.err()).isZero();
    assertThat(plan.out()).contains("run again, profile vanilla: 0 scenes");
    assertThat(batch("reprocess", "--run-id", "again", "--where", "psnr > 1000", "--go").err())
        .contains("Cannot reprocess: psnr > 1000 selects no scene");
    String where = "scene_id = 'garden' and last_verdict = 'OK'";
    CommandResult again =
        batch(
            "reprocess", "--run-id", "again", "--where", where, "--go", "--set", "train.steps=30");
    assertThat(again.code()).as(again.err()).isZero();
    assertThat(again.out())
        .contains(
            "1 scenes; estimate from earlier runs of 1 of them: 0.0 GPU hours, ", "cost unknown");
    CommandResult beside =
        CommandResult.of(
            "sql",
            "--set",
            "store.path=" + store(),
            "select count(distinct config_hash) as configurations, max(steps) as steps from scene_runs where scene_id = 'garden' and steps is not null");
    assertThat(beside.out()).contains("2     30");
  }

  private void repairPhotographs() throws IOException {
    Path broken = folder.resolve("scenes/broken");
    for (int i = 0; i < 4; i++) {
      Files.delete(broken.resolve("photo%d.jpg".formatted(i)));
    }
    TinyScene.write(broken, 7);
  }
}
