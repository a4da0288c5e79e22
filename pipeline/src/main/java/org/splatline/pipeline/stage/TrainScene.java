package org.splatline.pipeline.stage;

import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.Optional;
import org.splatline.gpu.backend.SplatBackend;
import org.splatline.gpu.cli.Backends;
import org.splatline.gpu.train.SceneTraining;
import org.splatline.gpu.train.StoppedBy;
import org.splatline.gpu.train.TrainConfig;
import org.splatline.gpu.train.TrainResult;
import org.splatline.gpu.train.TrainingFigures;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;
import org.splatline.pipeline.config.Stage;
import org.splatline.pipeline.input.SceneSource;
import org.splatline.pipeline.spark.ExecutorKind;
import org.splatline.pipeline.spark.TaskDevice;
import org.splatline.pipeline.store.Artifact;
import org.splatline.pipeline.store.ContentKey;
import org.splatline.pipeline.store.LocalFolder;
import org.splatline.pipeline.store.Place;
import org.splatline.pipeline.store.ResumableFolder;
import org.splatline.pipeline.store.Store;

/**
 * The task's work of training, on an executor. It also evaluates the model, on the same device.
 *
 * @param evaluation of the model that is trained; it names the scene and the configuration
 */
record TrainScene(EvaluateScene evaluation) implements SceneWork<TrainScene.Made> {

  /**
   * A trained scene. It is kept even if it cannot be evaluated.
   *
   * @param evaluated how it was evaluated
   */
  record Made(TrainedScene trained, TaskOutcome<EvaluatedScene> evaluated)
      implements Serializable {}

  ContentKey input() {
    return evaluation.input();
  }

  ContentKey key() {
    return evaluation.trained();
  }

  TrainConfig config() {
    return evaluation.config();
  }

  Place storePlace() {
    return evaluation.storePlace();
  }

  @Override
  public ExecutorKind executors() {
    return evaluation.executors();
  }

  @Override
  public int perGpu() {
    return evaluation.perGpu();
  }

  @Override
  public TaskOutcome<Made> work(SceneSource source) throws IOException {
    Store store = Store.open(storePlace(), SceneWork.hadoop());
    Optional<Artifact> known = store.find(key());
    if (known.isPresent()) { // by an earlier try of this task, which was lost while it evaluated
      return TaskOutcome.done(
          new Made(TrainedScene.read(known.get()), outcome(() -> evaluation.work(source))));
    }
    SceneWork.show(source, Stage.TRAIN, "train");
    evaluation.check();
    StoredCheckpoints checkpoints =
        new StoredCheckpoints(store.checkpoints(key()), config().checkpoint().keep());
    try (TaskDevice device = TaskDevice.take(config().train().backend(), config().gpu());
        ResumableFolder out = ResumableFolder.open(Stage.TRAIN.word() + "-" + key().hash());
        ScenePreparation.Prepared prepared = ScenePreparation.prepare(source, this)) {
      checkpoints.fetchNewest(out.path().resolve(SceneTraining.CHECKPOINTS));
      TrainingReporter reporter = new TrainingReporter(source, checkpoints);
      try (SplatBackend backend =
          Backends.open(device.backend(), config().train().threads(), device.config())) {
        long start = System.nanoTime();
        TrainResult result = train(device, prepared, backend, out.path(), reporter);
        checkNotCancelled(source, result);
        SceneTraining.Trained trained =
            new SceneTraining.Trained(
                result.gaussians(),
                TrainingFigures.of(result, (System.nanoTime() - start) / 1e9, backend));
        TrainedScene own = new TrainedScene(trained.figures(), result.curve());
        own.write(trained, config().train().antialiased(), out.path());
        LocalFolder.delete(out.path().resolve(SceneTraining.CHECKPOINTS));
        Optional<Artifact> other = store.keep(key(), out.path());
        checkpoints.delete();
        out.finished();
        SceneTraining.Trained kept = other.map(TrainedScene::load).orElse(trained);
        return TaskOutcome.done(
                new Made(
                    other.map(TrainedScene::read).orElse(own),
                    outcome(() -> evaluate(source, device, prepared, kept, backend))))
            .withResumes(reporter.resumes());
      }
    }
  }

  @SuppressWarnings("try") // busy is a stretch of time
  private TrainResult train(
      TaskDevice device,
      ScenePreparation.Prepared prepared,
      SplatBackend backend,
      Path out,
      TrainingReporter reporter) {
    try (TaskDevice.Busy busy = device.busy()) {
      return SceneTraining.train(prepared.scene(), config(), backend, out, reporter);
    }
  }

  @SuppressWarnings("try") // busy is a stretch of time
  private TaskOutcome<EvaluatedScene> evaluate(
      SceneSource source,
      TaskDevice device,
      ScenePreparation.Prepared prepared,
      SceneTraining.Trained trained,
      SplatBackend backend)
      throws IOException {
    SceneWork.show(source, Stage.EVALUATE, "evaluate");
    try (TaskDevice.Busy busy = device.busy()) {
      return TaskOutcome.done(
          evaluation.evaluate(prepared.scene().scene(), prepared.files().path(), trained, backend));
    }
  }

  private interface Evaluation {
    TaskOutcome<EvaluatedScene> run() throws IOException;
  }

  /** A refusal belongs to the evaluation: the training is done. */
  private static TaskOutcome<EvaluatedScene> outcome(Evaluation evaluation) throws IOException {
    try {
      return evaluation.run();
    } catch (SceneException e) {
      return TaskOutcome.refused(e);
    }
  }

  private static void checkNotCancelled(SceneSource source, TrainResult result) {
    if (result.stoppedBy() == StoppedBy.CANCELLED) {
      throw new SceneException(
          Verdict.CANCELLED,
          "Cancelled scene %s after step %d. Run again with the same --run-id to resume"
              .formatted(source.id(), result.steps()));
    }
  }
}
