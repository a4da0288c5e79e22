package org.splatline.pipeline.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.splatline.gpu.config.ConfigurationReader;
import org.splatline.gpu.verdict.Verdict;
import org.splatline.pipeline.config.CostConfig;
import org.splatline.pipeline.config.PipelineConfig;
import org.splatline.pipeline.config.Stage;
import org.splatline.pipeline.cost.Prices;
import org.splatline.pipeline.input.ScenePriority;
import org.splatline.pipeline.input.SceneSource;
import org.splatline.pipeline.store.Location;
import org.splatline.pipeline.store.Place;
import org.splatline.pipeline.table.SceneRunRow.StageSeconds;
import org.splatline.pipeline.table.VanillaSizes;

class SceneAttemptTest {
  @TempDir Path folder;

  /** The tasks of ingest wait for an hour before it begins to count, those of sfm for another. */
  @Test
  void aStageTakesTheTimeWithoutItsQueue() {
    AtomicReference<Double> queued = new AtomicReference<>(3600.0);
    Place place = Place.parse(folder.toString());
    SceneAttempt attempt =
        new SceneAttempt(
            new SceneSource("run", "town", place, ScenePriority.NORMAL, ""),
            1,
            Location.open(place, new Configuration(false)),
            PipelineConfig.of(
                ConfigurationReader.withDefaultProfile("vanilla").settings(List.of()).read()),
            VanillaSizes.NONE,
            queued::get,
            () ->
                Spent.of(
                    List.of(),
                    new SceneCosts(
                        new CostConfig("", "", "", "on-demand"), Prices.read("", name -> "")),
                    "application"));
    attempt.begin(Stage.INGEST);
    attempt.endStage();
    attempt.begin(Stage.SFM);
    queued.set(7200.0);
    attempt.endStage();

    StageSeconds seconds = attempt.failed(Verdict.NO_MODEL, "Cannot").sceneRuns().get(0).seconds();

    assertThat(seconds.ingest()).isPositive();
    assertThat(seconds.sfm()).as("not below 0").isZero();
    assertThat(seconds.attempt()).isPositive();
  }
}
