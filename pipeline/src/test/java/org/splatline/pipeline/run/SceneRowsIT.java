package org.splatline.pipeline.run;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.splatline.pipeline.spark.SharedSpark;
import org.splatline.pipeline.store.RunFolder;
import org.splatline.pipeline.store.Store;
import org.splatline.pipeline.table.Committer;
import org.splatline.pipeline.table.GroupCommitter;
import org.splatline.pipeline.table.Table;
import org.splatline.pipeline.table.Tables;
import org.splatline.pipeline.table.TwoNights;

class SceneRowsIT {
  private final List<String> failures = new CopyOnWriteArrayList<>();

  /** Minutes of a large run: their rows were only in the run's folder. */
  @Test
  void rowsThatWaitedWhenTheDriverDiedAreCommittedOnceByTheNext() {
    Path folder = TwoNights.restore();
    Tables tables = new Tables(SharedSpark.session(), folder.resolve("tables").toUri().toString());
    RunFolder run =
        Store.open(folder.resolve("store").toString(), new Configuration()).run("tuesday");
    String answer = new String(run.result("same").orElseThrow(), UTF_8);
    for (String scene : List.of("first", "second")) {
      String own = answer.replaceAll("\"scene_id\"\\s*:\\s*\"same\"", named(scene));
      assertThat(run.publish(scene, own.getBytes(UTF_8))).isTrue();
      run.keepOutcome(scene, 2, own.getBytes(UTF_8)); // retry was interrupted, too
    }

    for (int driver = 1; driver <= 2; driver++) {
      Committer committer = Committer.open(run, "tuesday", tables);
      try (GroupCommitter groups =
          GroupCommitter.start(committer, 2000, Duration.ofHours(1), 500, failures::add)) {
        SceneRows rows = new SceneRows(run, committer, groups);
        for (String scene : List.of("first", "second")) {
          rows.commitLeftOver(scene);
          assertThat(rows.result(scene)).isPresent();
        }
        groups.flush();
        assertThat(rows.hasNew()).isEqualTo(driver == 1);
      }
    }

    for (Table<?> table : List.of(Tables.SCENE_RUNS, Tables.MODELS)) {
      assertThat(tables.rows(table).where("scene_id IN ('first', 'second')").count())
          .as(table.name())
          .isEqualTo(2);
    }
    assertThat(failures).isEmpty();
  }

  private static String named(String scene) {
    return "\"scene_id\" : \"%s\"".formatted(scene);
  }
}
