package org.splatline.pipeline.stage;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.splatline.gpu.config.Configuration;
import org.splatline.gpu.config.StageSettings;
import org.splatline.gpu.train.Trainer;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.pipeline.config.PipelineConfig;
import org.splatline.pipeline.config.Stage;
import org.splatline.pipeline.input.SceneSource;
import org.splatline.pipeline.store.Artifact;
import org.splatline.pipeline.store.ContentKey;
import org.splatline.pipeline.store.Store;

/**
 * Trains one reconstructed scene. The artifact holds the model and the figures of its training. The
 * same task also evaluates a new model, since it has the model and the GPU: {@link
 * EvaluateSceneJob}. Checkpoints are in the store under the training's key, so that any executor
 * can resume a training that was interrupted.
 */
public final class TrainSceneJob {
  private final SceneJobs jobs;
  private final Store store;
  private final PipelineConfig config;
  private final EvaluateSceneJob evaluate;

  public TrainSceneJob(
      SceneJobs jobs, Store store, PipelineConfig config, EvaluateSceneJob evaluate) {
    this.jobs = jobs;
    this.store = store;
    this.config = config;
    this.evaluate = evaluate;
  }

  /**
   * A trained scene in the store.
   *
   * @param reused whether it was in the store already
   * @param evaluation what there is to evaluate
   * @param evaluated how the task that trained it evaluated it; null: {@code reused}
   */
  public record Result(
      TrainedScene trained,
      boolean reused,
      EvaluateScene evaluation,
      TaskOutcome<EvaluatedScene> evaluated) {
    /** The key of the training. */
    public ContentKey key() {
      return evaluation.trained();
    }
  }

  /** Fails with a {@link SceneException} when the scene cannot be trained. */
  public CompletableFuture<Result> run(
      SceneSource scene, ReconstructSceneJob.Result reconstructed) {
    ContentKey key = key(config.effective(), reconstructed.key(), TrainerCode.SUM);
    EvaluateScene evaluation = evaluate.work(reconstructed.key(), key);
    Optional<Artifact> known = store.use(key);
    if (known.isPresent()) {
      return CompletableFuture.completedFuture(
          new Result(TrainedScene.read(known.get()), true, evaluation, null));
    }
    return jobs.run(scene, Stage.TRAIN, "Training", new TrainScene(evaluation))
        .thenApply(TaskOutcome::orThrow)
        .thenApply(made -> new Result(made.trained(), false, evaluation, made.evaluated()));
  }

  /**
   * @param code {@link TrainerCode#SUM}
   */
  static ContentKey key(Configuration configuration, ContentKey scene, String code) {
    return new ContentKey(
        Stage.TRAIN.word(),
        Trainer.VERSION,
        List.of(scene.hash()),
        StageSettings.TRAIN.of(configuration),
        code);
  }
}
