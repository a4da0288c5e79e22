package org.splatline.pipeline.stage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.splatline.gpu.config.Configuration;
import org.splatline.gpu.config.StageSettings;
import org.splatline.gpu.metric.Lpips;
import org.splatline.gpu.train.QualityConfig;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.pipeline.config.PipelineConfig;
import org.splatline.pipeline.config.Stage;
import org.splatline.pipeline.input.SceneSource;
import org.splatline.pipeline.store.Artifact;
import org.splatline.pipeline.store.ContentKey;
import org.splatline.pipeline.store.Store;

/**
 * Evaluates and exports one trained scene. A model that is new has been evaluated by the task that
 * trained it; only for a model of an earlier run is there a task of its own. The artifact holds the
 * exported files, {@code metrics.json}, the figures and pictures of each held-out view, and the
 * cameras: what {@link ResultFiles} needs.
 */
public final class EvaluateSceneJob {
  /** Raised when the same model gets other scores or other files. */
  private static final int VERSION = 2;

  private final SceneJobs jobs;
  private final Store store;
  private final PipelineConfig config;
  private String lpips; // null: not read

  public EvaluateSceneJob(SceneJobs jobs, Store store, PipelineConfig config) {
    this.jobs = jobs;
    this.store = store;
    this.config = config;
  }

  /**
   * An evaluated scene in the store.
   *
   * @param reused whether it was in the store already
   */
  public record Result(ContentKey key, EvaluatedScene evaluated, boolean reused) {}

  /** Fails with a {@link SceneException} when the scene cannot be evaluated. */
  public CompletableFuture<Result> run(SceneSource scene, TrainSceneJob.Result trained) {
    EvaluateScene work = trained.evaluation();
    if (trained.evaluated() != null) {
      return CompletableFuture.completedFuture(
          new Result(work.key(), trained.evaluated().orThrow(), false));
    }
    Optional<Artifact> known = store.use(work.key());
    if (known.isPresent()) {
      return CompletableFuture.completedFuture(
          new Result(work.key(), EvaluatedScene.read(known.get()), true));
    }
    return jobs.run(scene, Stage.EVALUATE, "Evaluating", work)
        .thenApply(outcome -> new Result(work.key(), outcome.orThrow(), false));
  }

  /** What there is to do for one scene. Throws {@link SceneException} without LPIPS' file. */
  EvaluateScene work(ContentKey reconstructed, ContentKey trained) {
    return new EvaluateScene(
        store.place(),
        reconstructed,
        trained,
        key(config.effective(), trained, lpips()),
        config.train(),
        config.export(),
        lpips());
  }

  /** The sum of LPIPS' file, which is read once; empty: LPIPS is not measured. */
  private synchronized String lpips() {
    if (lpips == null) {
      QualityConfig quality = config.train().quality();
      try {
        lpips = quality.measuresLpips() ? Lpips.sum(Path.of(quality.lpipsModel())) : "";
      } catch (IOException e) {
        throw new UncheckedIOException("Cannot read " + quality.lpipsModel(), e);
      }
    }
    return lpips;
  }

  static ContentKey key(Configuration configuration, ContentKey trained, String lpips) {
    List<String> inputs = new ArrayList<>(List.of(trained.hash()));
    if (!lpips.isEmpty()) {
      inputs.add("lpips " + lpips);
    }
    return new ContentKey(
        Stage.EVALUATE.word(), VERSION, inputs, StageSettings.EVALUATE.of(configuration), "");
  }
}
