package org.splatline.pipeline.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.splatline.pipeline.spark.SharedSpark;
import org.splatline.pipeline.table.TwoNights;

/** {@code plan} with and without a history. */
class PlanCommandIT {
  @TempDir Path folder;

  private CommandResult plan(String... more) throws IOException {
    for (int i = 0; i < 20; i++) {
      Path photograph = folder.resolve("uploads/garden/%02d.jpg".formatted(i));
      Files.createDirectories(photograph.getParent());
      Files.write(photograph, new byte[0]); // none is read
    }
    Path manifest = folder.resolve("uploads/tonight.jsonl");
    Files.writeString(
        manifest,
        """
        {"id": "garden", "source": "garden", "tenant": "acme"}
        {"id": "house", "source": "gone.zip"}
        """);
    List<String> arguments =
        new ArrayList<>(
            List.of("plan", "--manifest", manifest.toString(), "--instance", "g6.2xlarge"));
    arguments.addAll(List.of(more));
    return CommandResult.of(arguments);
  }

  @Test
  void withoutAHistoryAssumptionsAreNamed() throws IOException {
    CommandResult text = plan("--spot").assertDone();
    assertThat(text.out())
        .contains("2 scenes, 20 photographs; 1 scenes have none")
        .containsPattern("COLMAP, core hours +1.0 +m6i.4xlarge +on-demand +1 +0.1 +0.06")
        .containsPattern("training, GPU hours +0.2 +g6.2xlarge +spot +1 +0.2 +0.\\d\\d")
        .contains("Longest scene: garden, 20 photographs, ")
        .contains("- Core seconds per photograph: 185.0, assumed: ")
        .contains("- GPU seconds per scene: 600.0, assumed: ");
    CommandResult.of(
            "plan", "--manifest", folder + "/uploads/tonight.jsonl", "--instance", "g6.2xl")
        .assertRefused("Cannot find instance g6.2xl", "Nearest: g6.2xlarge");
    CommandResult.of("plan", "--manifest", folder + "/none.jsonl", "--instance", "g6.2xlarge")
        .assertRefused("Cannot read scenes from", "there is no such file");
  }

  @Test
  void aHistoryReplacesWhatItHasMeasured() throws IOException {
    Path nights = TwoNights.restore();
    SharedSpark.session();
    Path prices = folder.resolve("prices.json");
    Files.writeString(
        prices,
        """
        {"date": "2026-03-01", "region": "here", "instances": {
          "m6i.4xlarge": {"vcpus": 16, "gpus": 0, "on-demand-usd-hour": 0.6, "emr-usd-hour": 0.2},
          "g6.2xlarge": {"vcpus": 8, "gpus": 1, "on-demand-usd-hour": 3, "spot-usd-hour": 1, "emr-usd-hour": 0.5}}}
        """);

    CommandResult result =
        plan(
            "--spot",
            "--json",
            "--set",
            "tables.path=" + nights.resolve("tables"),
            "--set",
            "cost.prices=" + prices.toUri());

    JsonNode json = new ObjectMapper().readTree(result.assertDone().out());
    assertThat(json.at("/gpu/hours").asDouble()).as("30.5 s").isCloseTo(30.5 / 3600, within(1e-9));
    assertThat(json.at("/gpu/cost_usd").asDouble()).isCloseTo(1.5 * 30.5 / 3600, within(1e-9));
    assertThat(json.at("/cpu/hours").asDouble()).isCloseTo(20 * 185 / 3600.0, within(1e-9));
    assertThat(json.at("/longest/scene_id").asText()).isEqualTo("garden");
    assertThat(json.at("/notes").toString())
        .as("COLMAP was not needed in either night")
        .contains("Core seconds per photograph: 185.0, assumed")
        .contains(
            "GPU seconds per scene: 30.5, mean of 7 attempts in the tables with profile progressive, trained on other GPUs than those of g6.2xlarge");
  }
}
