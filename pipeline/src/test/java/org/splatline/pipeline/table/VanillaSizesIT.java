package org.splatline.pipeline.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.splatline.gpu.metric.FileScore;
import org.splatline.gpu.metric.SceneMetrics;

class VanillaSizesIT {
  private static final FileScore FILE = FileScore.ofBytes(100);

  @TempDir Path folder;

  private static SceneRunRow ofVanilla(SceneRunRow row, int steps) {
    SceneMetrics metrics = Rows.metrics(27.5, steps, 480);
    return new SceneRunRow(
        row.key(),
        row.answer(),
        row.places(),
        new SceneRunRow.Settings("vanilla", "c0ffee"),
        row.times(),
        row.photographs(),
        row.cameras(),
        row.alignment(),
        new SceneRunRow.Model(metrics, 1L),
        row.cost(),
        row.tasks());
  }

  private static ModelRow model(String runId, String sceneId, long bytes) {
    return Rows.model(runId, sceneId, Path.of("/out/model.ply"), "abc", bytes);
  }

  private static FileScore beside(VanillaSizes sizes, String tenant, String sceneId) {
    return sizes.beside(tenant, sceneId, Rows.metrics(27.5, 100, 480), FILE);
  }

  @Test
  void filesAreComparedWithTheNewestOfVanilla() {
    Tables tables = TableTemplate.emptyBelow(folder);
    assertThat(VanillaSizes.in(tables, tables.versions())).isSameAs(VanillaSizes.NONE);
    assertThat(beside(VanillaSizes.NONE, "acme", "good")).isEqualTo(FILE);

    append(
        tables,
        1,
        List.of(
            ofVanilla(Rows.trained("monday", "good"), 30_000),
            Rows.trained("wednesday", "good"),
            Rows.trained("wednesday", "other"),
            ofVanilla(Rows.trained("wednesday", "short"), 100)),
        List.of(
            model("monday", "good", 1000),
            model("wednesday", "good", 300),
            model("wednesday", "other", 400),
            model("wednesday", "short", 500)));
    VanillaSizes sizes = VanillaSizes.in(tables, tables.versions());
    append( // is in the answer, too: the tables are read when the first file asks
        tables,
        2,
        List.of(ofVanilla(Rows.trained("tuesday", "good"), 30_000)),
        List.of(model("tuesday", "good", 2400)));

    assertThat(beside(sizes, "acme", "good").vanillaRatio()).isEqualTo(24.0);
    assertThat(beside(sizes, "acme", "other")).as("no vanilla").isEqualTo(FILE);
    assertThat(beside(sizes, "acme", "short")).as("of fewer steps").isEqualTo(FILE);
    assertThat(beside(sizes, "", "good")).as("another tenant's").isEqualTo(FILE);
    SceneMetrics reduced = Rows.metrics(27.5, 100, 60);
    assertThat(sizes.beside("acme", "good", reduced, FILE)).as("another size").isEqualTo(FILE);
    FileScore own = FILE.withVanilla(100);
    assertThat(sizes.beside("acme", "good", reduced, own)).as("vanilla itself").isEqualTo(own);
  }

  /** A fault of the tables costs the ratio, not the scene's row. */
  @Test
  void tablesThatCannotBeReadLeaveTheRatioOut() {
    Tables absent = TableTemplate.tablesBelow(folder.resolve("absent"));
    assertThat(beside(VanillaSizes.in(absent, Map.of("models", 1L)), "acme", "good"))
        .isEqualTo(FILE);
  }

  private static void append(
      Tables tables, int version, List<SceneRunRow> runs, List<ModelRow> models) {
    tables.append(Tables.SCENE_RUNS, runs, "test/runs", version);
    tables.append(Tables.MODELS, models, "test/models", version);
  }
}
