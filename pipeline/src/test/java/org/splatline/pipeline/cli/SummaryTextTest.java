package org.splatline.pipeline.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.splatline.pipeline.notify.RunNotice;
import org.splatline.pipeline.run.RunSummary;
import org.splatline.pipeline.site.ResultPage;
import org.splatline.pipeline.store.Json;
import org.splatline.pipeline.table.Group;
import org.splatline.pipeline.table.SceneRunRow;

class SummaryTextTest {
  private static final String SAVED = "/org/splatline/pipeline/table/group-0.1.json";

  /** The saved scene is of an earlier version, which knew no word. */
  private static RunSummary summary(String metrics) throws IOException {
    try (InputStream in = SummaryTextTest.class.getResourceAsStream(SAVED)) {
      String saved = new String(in.readAllBytes(), UTF_8);
      Group group =
          Json.read(
              saved.replace("\"stopped_by\" :", metrics + "\"stopped_by\" :").getBytes(UTF_8),
              Group.class);
      List<SceneRunRow> rows = group.sceneRuns();
      return new RunSummary(
          1, "monday", "app", 2, null, null, 9, "s/runs/monday", "s/results", "t", rows, List.of());
    }
  }

  @Test
  void theQualityStandsBesideThePsnrAndTheResultsAreNamed() throws IOException {
    RunSummary summary =
        summary(
            "\"quality_word\": \"poor\", \"quality_detail\": \"11 photographs: take 30 more\",");

    assertThat(SummaryText.of(summary))
        .containsPattern("good +OK +poor +\\d+\\.\\d\\d ")
        .contains("good is poor: 11 photographs: take 30 more\n")
        .contains("model   s/results/good\n")
        .doesNotContain("s/results/broken");
    if (ResultPage.isBuilt()) {
      assertThat(SummaryText.of(summary)).contains("page    s/results/good/index.html\n");
    }
    RunNotice notice = summary.notice();
    assertThat(notice.qualities()).containsOnlyKeys("poor").containsValue(1);
    assertThat(notice.poor())
        .extracting(RunNotice.PoorScene::qualityDetail)
        .containsExactly("11 photographs: take 30 more");
  }

  @Test
  void aSceneOfAnEarlierVersionHasNoWord() throws IOException {
    RunSummary summary = summary("");
    assertThat(SummaryText.of(summary)).contains("s/results/good").doesNotContain("null");
    assertThat(summary.notice().qualities()).isEmpty();
    assertThat(summary.notice().poor()).isEmpty();
  }
}
