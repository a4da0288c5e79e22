package org.splatline.pipeline.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.splatline.gpu.verdict.Verdict;
import org.splatline.pipeline.store.Store;

@Tag("both-lanes")
class ScenesMergeIT {
  @TempDir static Path folder;
  private static Tables tables;
  private static Store store;

  @BeforeAll
  static void create() {
    tables = TableTemplate.emptyBelow(folder);
    store = Store.open(folder.resolve("store").toString(), new Configuration());
  }

  @Test
  void aSceneIsWhatItsRunsSay() {
    commit("monday", Rows.brief("monday", "garden"), Group.of(Rows.run("monday")));
    commit(
        "tuesday",
        Rows.refusedLater("tuesday", "garden"),
        Rows.brief("tuesday", "street"),
        Group.of(Rows.run("tuesday")));

    List<SceneRow> scenes =
        tables
            .rows(Tables.SCENES)
            .where("scene_id IN ('garden', 'street')")
            .orderBy("scene_id")
            .collectAsList()
            .stream()
            .map(Tables.SCENES::toRecord)
            .toList();

    SceneRow garden = scenes.get(0);
    SceneRunRow monday = Rows.trained("monday", "garden");
    SceneRunRow tuesday = Rows.refusedLater("tuesday", "garden").sceneRuns().get(0);
    assertThat(garden)
        .isEqualTo(
            new SceneRow(
                "acme",
                "garden",
                tuesday.places().sourceUri(),
                monday.photographs().fingerprint(),
                monday.photographs().used(),
                monday.photographs().bytes(),
                "Canon EOS 5D",
                monday.photographs().place(),
                "monday",
                monday.times().startedAt(),
                "tuesday",
                tuesday.times().endedAt(),
                Verdict.UNREADABLE_IMAGES,
                "monday",
                monday.times().endedAt(),
                "fair",
                2));
    assertThat(scenes.get(1).firstRunId()).isEqualTo("tuesday");
    assertThat(scenes).hasSize(2);
  }

  @Test
  void mergingTwiceChangesNothing() {
    commit("sunday", Rows.brief("sunday", "castle"), Group.of(Rows.run("sunday")));
    List<?> once = tables.rows(Tables.SCENES).collectAsList();
    tables.mergeScenes("sunday");
    assertThat(tables.rows(Tables.SCENES).collectAsList()).isEqualTo(once);
  }

  private static void commit(String runId, Group... groups) {
    Committer committer = Committer.open(store.run(runId), runId, tables);
    List.of(groups).forEach(committer::commit);
  }
}
