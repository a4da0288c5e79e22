package org.splatline.pipeline.table;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.splatline.pipeline.store.Json;

class GroupTest {
  /** What version 0.1 wrote of the rows below, before its records had groups. */
  private static final String SAVED = "group-0.1.json";

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
    assertThat(Json.read(saved(), Group.class)).isEqualTo(GROUP);
  }

  @Test
  void groupsAreWrittenAsBefore() throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    assertThat(mapper.readTree(Json.write(GROUP))).isEqualTo(mapper.readTree(saved()));
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
                ",\\s*\"(cost|model_bytes|table_versions|prices_date|psnr_exposure_fitted)\" : null",
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
