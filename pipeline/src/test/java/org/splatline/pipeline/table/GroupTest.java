package org.splatline.pipeline.table;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.splatline.pipeline.store.Json;

class GroupTest {
  /** What version 0.1 wrote of the rows below, before its records had groups. */
  private static final String SAVED = "group-0.1.json";

  private static final List<String> NEW_NAMES =
      List.of(
          "tenant",
          "application_id",
          "queue_seconds",
          "resumes",
          "cuda_driver",
          "emr_release",
          "git_commit");

  private static final List<String> NEW_NAMES_OF_PHOTOGRAPHS = List.of("bytes", "place");
  private static final List<String> NEW_NAMES_OF_METRICS =
      List.of("train_psnr", "quality_word", "quality_detail", "file_scores");

  private static final List<String> NEW_NAMES_OF_MODELS =
      List.of(
          "psnr",
          "ssim",
          "psnr_loss",
          "ply_ratio",
          "vanilla_ratio",
          "finish_seconds",
          "finish_psnr_gain");

  private static final Group GROUP =
      Group.of(
          List.of(
              Rows.group("json", "good"),
              Rows.refusedLater("json", "broken"),
              Group.of(Rows.run("json")),
              Group.of(Rows.run("early", null))));

  private static byte[] saved() throws IOException {
    try (InputStream in = GroupTest.class.getResourceAsStream(SAVED)) {
      return in.readAllBytes();
    }
  }

  @Test
  void aSavedGroupIsRead() throws IOException {
    Group read = Json.read(saved(), Group.class);
    assertThat(read).isEqualTo(Json.read(Json.write(withoutNewNames()), Group.class));
    assertThat(read.sceneRuns()).allSatisfy(row -> assertThat(row.key().tenant()).isEmpty());
    assertThat(read.runs().get(0).counts()).isEqualTo(GROUP.runs().get(0).counts());
  }

  @Test
  void groupsAreWrittenAsBefore() throws IOException {
    assertThat(Json.read(Json.write(GROUP), Group.class)).isEqualTo(GROUP);
    assertThat(withoutNewNames()).isEqualTo(new ObjectMapper().readTree(saved()));
  }

  /** {@link #GROUP} as JSON without what later versions have added to rows. */
  private static JsonNode withoutNewNames() throws IOException {
    JsonNode json = new ObjectMapper().readTree(Json.write(GROUP));
    for (JsonNode rows : json) {
      for (JsonNode row : rows) {
        ((ObjectNode) row).remove(NEW_NAMES);
        if (row.has("format")) {
          ((ObjectNode) row).remove(NEW_NAMES_OF_MODELS);
        }
        if (row.path("photographs").isObject()) {
          ((ObjectNode) row.path("photographs")).remove(NEW_NAMES_OF_PHOTOGRAPHS);
        }
        if (row.path("metrics").isObject()) {
          ((ObjectNode) row.path("metrics")).remove(NEW_NAMES_OF_METRICS);
        }
        if (row.path("point").isObject()) {
          ((ObjectNode) row.path("point")).remove("device_bytes");
        }
      }
    }
    return json;
  }

  @Test
  void missingListsOfEarlierVersionsAreEmpty() {
    String earlier = "{\"runs\": [], \"training_curve\": [], \"models\": [], \"scene_runs\": []}";
    Group group = Json.read(earlier.getBytes(UTF_8), Group.class);
    assertThat(group.sfmAttempts()).isEmpty();
    assertThat(group.images()).isEmpty();
    assertThat(group.viewMetrics()).isEmpty();
  }

  @Test
  void missingValuesOfEarlierVersionsAreNull() throws IOException {
    String earlier =
        new String(saved(), UTF_8)
            .replaceAll(
                ",\\s*\"(cost|model_bytes|table_versions|prices_date|psnr_exposure_fitted)\" :"
                    + " null",
                "")
            .replace("\"stopped_because\" : \"told to stop\",", "")
            .replace("\"latitude\" : 50.5,", "");
    Group group = Json.read(earlier.getBytes(UTF_8), Group.class);
    assertThat(group.runs()).extracting(row -> row.ending().stoppedBecause()).containsOnlyNulls();
    assertThat(group.images()).extracting(row -> row.position().latitude()).containsOnlyNulls();
  }

  @Test
  void anUnknownValueIsRefused() throws IOException {
    byte[] later =
        new String(saved(), UTF_8)
            .replace("\"rung\" : 1,", "\"rung\" : 1, \"ladder\" : 2,")
            .getBytes(UTF_8);
    assertThatThrownBy(() -> Json.read(later, Group.class))
        .isInstanceOf(UncheckedIOException.class)
        .hasStackTraceContaining("\"ladder\"");
  }
}
