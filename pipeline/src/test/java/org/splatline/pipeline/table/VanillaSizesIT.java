package org.splatline.pipeline.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.splatline.gpu.metric.FileScore;

class VanillaSizesIT {
  @TempDir Path folder;

  private static SceneRunRow ofVanilla(SceneRunRow row) {
    return new SceneRunRow(
        row.key(),
        row.answer(),
        row.places(),
        new SceneRunRow.Settings("vanilla", "c0ffee"),
        row.times(),
        row.photographs(),
        row.cameras(),
        row.alignment(),
        row.model(),
        row.cost(),
        row.tasks());
  }

  private static ModelRow model(String runId, String sceneId, long bytes) {
    return Rows.model(runId, sceneId, Path.of("/out/model.ply"), "abc", bytes);
  }

  @Test
  void filesAreComparedWithTheNewestOfVanilla() {
    Tables tables = TableTemplate.emptyBelow(folder);
    FileScore file = FileScore.ofBytes(100);
    assertThat(VanillaSizes.in(tables, tables.versions())).isEqualTo(VanillaSizes.NONE);
    assertThat(VanillaSizes.NONE.beside("acme", "good", file)).isEqualTo(file);

    tables.append(
        Tables.SCENE_RUNS,
        List.of(
            ofVanilla(Rows.trained("monday", "good")),
            ofVanilla(Rows.trained("tuesday", "good")),
            Rows.trained("wednesday", "good"),
            Rows.trained("wednesday", "other")),
        "test/runs",
        1);
    tables.append(
        Tables.MODELS,
        List.of(
            model("monday", "good", 1000),
            model("tuesday", "good", 2400),
            model("wednesday", "good", 300),
            model("wednesday", "other", 400)),
        "test/models",
        1);
    VanillaSizes sizes = VanillaSizes.in(tables, tables.versions());

    assertThat(sizes.beside("acme", "good", file).vanillaRatio()).isEqualTo(24.0);
    assertThat(sizes.beside("acme", "other", file)).as("no vanilla").isEqualTo(file);
    assertThat(sizes.beside("", "good", file)).as("another tenant's").isEqualTo(file);
    FileScore own = file.withVanilla(100);
    assertThat(sizes.beside("acme", "good", own)).as("vanilla itself").isEqualTo(own);
  }
}
