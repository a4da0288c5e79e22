package org.splatline.pipeline.stage;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.splatline.gpu.scene.SceneReader;
import org.splatline.gpu.verdict.Verdict;
import org.splatline.pipeline.config.Stage;
import org.splatline.pipeline.input.SceneSource;
import org.splatline.pipeline.site.ResultPage;
import org.splatline.pipeline.site.RunSetup;
import org.splatline.pipeline.store.Artifact;
import org.splatline.pipeline.store.ContentKey;
import org.splatline.pipeline.store.Json;
import org.splatline.pipeline.store.Location;
import org.splatline.pipeline.store.Place;
import org.splatline.pipeline.store.RunFolder;
import org.splatline.pipeline.store.Store;
import org.splatline.pipeline.table.Group;
import org.splatline.pipeline.table.SceneRunRow;

/**
 * Makes an attempt's outcome the scene's result in the run. A verdict that another try may change
 * is not final: it is kept beside the attempt, and the scene is tried again when the same run is
 * started again.
 */
public final class PublishScene {
  private final SceneJobs jobs;
  private final RunFolder run;
  private final Place storePlace;
  private final RunSetup setup;

  public PublishScene(SceneJobs jobs, RunFolder run, Place storePlace, RunSetup setup) {
    this.jobs = jobs;
    this.run = run;
    this.storePlace = storePlace;
    this.setup = setup;
  }

  /**
   * Replaces the scene's results. The attempt gets the model's figures, the training's curve and
   * the scene's alignment; for the model it refers to the artifact.
   *
   * @param row of the attempt so far
   * @return the folder that has the models
   */
  public CompletableFuture<String> copyFiles(
      SceneSource scene,
      ContentKey reconstructed,
      ContentKey trained,
      ContentKey evaluated,
      Location attempt,
      SceneRunRow row) {
    return jobs.run(
            scene,
            Stage.PUBLISH,
            "Publishing",
            new CopyFiles(
                storePlace, setup, reconstructed, trained, evaluated, attempt.place(), row))
        .thenApply(TaskOutcome::orThrow);
  }

  /** Publishes the outcome if it is final. Returns its rows as they are to be committed. */
  public Group publish(Group outcome) {
    SceneRunRow row = outcome.sceneRuns().get(0);
    if (isFinal(row.verdict())) {
      Group published = outcome.asPublished();
      if (run.publish(row.sceneId(), Json.write(published))) {
        return published;
      }
    }
    run.keepOutcome(row.sceneId(), row.attempt(), Json.write(outcome));
    return outcome;
  }

  /** What depends on the photographs is final. Machines and tools may be different tomorrow. */
  private static boolean isFinal(Verdict verdict) {
    return verdict.isDone()
        || (verdict.whoFixes() == Verdict.WhoFixes.PHOTOGRAPHER && !verdict.retryable());
  }

  /** The task's work, on an executor. */
  private record CopyFiles(
      Place storePlace,
      RunSetup setup,
      ContentKey reconstructed,
      ContentKey trained,
      ContentKey evaluated,
      Place attempt,
      SceneRunRow row)
      implements SceneWork<String> {
    @Override
    public TaskOutcome<String> work(SceneSource scene) {
      SceneWork.show(scene, Stage.PUBLISH, "publish");
      Store store = Store.open(storePlace, SceneWork.hadoop());
      Location target = Location.open(attempt, SceneWork.hadoop());
      Artifact evaluation = store.publish(evaluated, target);
      evaluation.copyTo(target, Map.of(ResultFiles.METRICS, ResultFiles.METRICS));
      target.write(TrainedScene.CURVE, store.find(trained).orElseThrow().read(TrainedScene.CURVE));
      Artifact cameras = store.find(reconstructed).orElseThrow();
      if (cameras.files().containsKey(SceneReader.ALIGNMENT)) {
        target.write(SceneReader.ALIGNMENT, cameras.read(SceneReader.ALIGNMENT));
      }
      ResultFiles results =
          new ResultFiles(
              cameras, TrainedScene.read(store.find(trained).orElseThrow()), evaluation);
      Location.withTypes(
          store.results().place(), SceneWork.hadoop(), place -> replace(results, place));
      return TaskOutcome.done(evaluation.uri());
    }

    private Void replace(ResultFiles results, Location place) {
      ResultPage.writeParts(place);
      place.replaceFolder(row.sceneId(), folder -> results.writeTo(folder, setup, row));
      return null;
    }
  }
}
