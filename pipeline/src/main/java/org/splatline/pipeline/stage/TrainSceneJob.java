package org.splatline.pipeline.stage;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.pipeline.config.PipelineConfig;
import org.splatline.pipeline.config.Stage;
import org.splatline.pipeline.config.Version;
import org.splatline.pipeline.input.SceneSource;
import org.splatline.pipeline.store.Artifact;
import org.splatline.pipeline.store.ContentKey;
import org.splatline.pipeline.store.Store;

/**
 * Trains, exports and evaluates one reconstructed scene. The artefact holds the models, {@code
 * metrics.json}, the curve and the figures of each view. Checkpoints are in the store too, so that
 * any executor can resume a training that was interrupted.
 */
public final class TrainSceneJob {
  private static final int VERSION = 1;

  private final SceneJobs jobs;
  private final Store store;
  private final PipelineConfig config;

  public TrainSceneJob(SceneJobs jobs, Store store, PipelineConfig config) {
    this.jobs = jobs;
    this.store = store;
    this.config = config;
  }

  /**
   * A trained scene in the store.
   *
   * @param reused whether it was in the store already
   */
  public record Result(ContentKey key, TrainedScene trained, boolean reused) {}

  /** Fails with a {@link SceneException} when the scene cannot be trained. */
  public CompletableFuture<Result> run(
      SceneSource scene, ReconstructSceneJob.Result reconstructed) {
    ContentKey key = key(reconstructed.key());
    Optional<Artifact> known = store.find(key);
    if (known.isPresent()) {
      return CompletableFuture.completedFuture(
          new Result(key, TrainedScene.read(known.get()), true));
    }
    TrainScene work =
        new TrainScene(
            config.storePlace(), reconstructed.key(), key, config.train(), config.export());
    return jobs.run(scene, Stage.TRAIN, "Training", work)
        .thenApply(outcome -> new Result(key, outcome.orThrow(), false));
  }

  private ContentKey key(ContentKey scene) {
    return new ContentKey(
        Stage.TRAIN.word(),
        VERSION,
        List.of(scene.hash()),
        config.settings(
            "image",
            "train",
            "densify",
            "prune",
            "optimizer",
            "quality",
            "checkpoint",
            "gpu.max-memory",
            "export"),
        "splatline " + Version.NAME);
  }
}
