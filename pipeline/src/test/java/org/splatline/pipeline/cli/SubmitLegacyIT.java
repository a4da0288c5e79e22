package org.splatline.pipeline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.splatline.pipeline.run.TinyScene;
import org.splatline.pipeline.table.TableTemplate;

/** Jobs of the earlier pipeline, from their JSON to results. */
class SubmitLegacyIT {
  @TempDir Path folder;

  private CommandResult submit(String json, String... more) throws IOException {
    Path job = Files.writeString(folder.resolve("job.json"), json.replace('\'', '"'));
    List<String> arguments =
        new ArrayList<>(
            List.of("submit-legacy", "--job", job.toUri().toString(), "--profile", "vanilla"));
    for (String setting :
        List.of(
            "spark.master=local[2]",
            "train.backend=cpu",
            "train.steps=5",
            "input.roots=" + folder.resolve("uploads"),
            "store.path=" + folder.resolve("store"))) {
      arguments.addAll(List.of("--set", setting));
    }
    arguments.addAll(List.of(more));
    return CommandResult.of(arguments);
  }

  private JsonNode row(String run) throws IOException {
    Path result = folder.resolve("store/runs/%s/scenes/7f/RESULT.json".formatted(run));
    return new ObjectMapper().readTree(result.toFile()).at("/scene_runs/0");
  }

  @Test
  void aJobIsARunAndItsNextStepUsesItsWork() throws IOException {
    Path scene = folder.resolve("uploads/7f");
    TinyScene.write(scene);
    TableTemplate.emptyBelow(folder.resolve("store"));
    String job =
        "{'jobId': '7f', 'email': 'a@b.c', 'pipelineStep': '%s', 'existingColmapUri': '%s'}";

    CommandResult dry = submit(job.formatted("3dgs", scene), "--dry-run").assertDone();
    assertThat(dry.out())
        .contains("run 7f-3dgs, scene 7f: " + scene, "email is not used: who wants mail");
    assertThat(folder.resolve("store/runs")).doesNotExist();

    submit(job.formatted("3dgs", scene)).assertDone();
    assertThat(row("7f-3dgs").path("verdict").asText()).isEqualTo("OK");
    assertThat(folder.resolve("store/results/7f/model.ply")).exists();

    submit(job.formatted("compression", scene), "--set", "export.formats=spz").assertDone();
    assertThat(row("7f-compression").path("reused").toString())
        .isEqualTo("[\"ingest\",\"sfm\",\"train\"]");
    assertThat(folder.resolve("store/results/7f/model.spz")).exists();

    CommandResult hostile = submit("{'jobId': '7f', 's3Url': 'file:///etc/passwd'}");
    assertThat(hostile.code()).isEqualTo(2);
    assertThat(row("7f").path("verdict").asText()).isEqualTo("HOSTILE_INPUT");
  }
}
