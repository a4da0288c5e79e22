package org.splatline.pipeline.stage;

import java.io.IOException;
import java.util.Optional;
import org.splatline.gpu.backend.SplatBackend;
import org.splatline.gpu.cli.Backends;
import org.splatline.gpu.format.ExportConfig;
import org.splatline.gpu.train.SceneTraining;
import org.splatline.gpu.train.StoppedBy;
import org.splatline.gpu.train.TrainConfig;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;
import org.splatline.pipeline.config.Stage;
import org.splatline.pipeline.input.SceneSource;
import org.splatline.pipeline.spark.ExecutorKind;
import org.splatline.pipeline.spark.TaskDevice;
import org.splatline.pipeline.store.Artifact;
import org.splatline.pipeline.store.ContentKey;
import org.splatline.pipeline.store.LocalFolder;
import org.splatline.pipeline.store.ResumableFolder;
import org.splatline.pipeline.store.Store;

/**
 * The task's work of training, on an executor.
 *
 * @param input the reconstructed scene
 * @param key of the trained scene
 */
record TrainScene(
    String storePlace, ContentKey input, ContentKey key, TrainConfig config, ExportConfig export)
    implements SceneWork<TrainedScene> {

  @Override
  public ExecutorKind executors() {
    return ExecutorKind.TRAIN;
  }

  @Override
  public int perGpu() {
    return config.gpu().trainersPerDevice();
  }

  @Override
  public TaskOutcome<TrainedScene> work(SceneSource source) throws IOException {
    SceneWork.show(source, Stage.TRAIN, "train");
    Store store = Store.open(storePlace, SceneWork.hadoop());
    StoredCheckpoints checkpoints =
        new StoredCheckpoints(store.checkpoints(key), config.checkpoint().keep());
    try (TaskDevice device = TaskDevice.take(config.train().backend(), config.gpu());
        ResumableFolder out = ResumableFolder.open(Stage.TRAIN.word() + "-" + key.hash());
        ScenePreparation.Prepared prepared = ScenePreparation.prepare(source, this)) {
      checkpoints.fetchNewest(out.path().resolve(SceneTraining.CHECKPOINTS));
      SceneTraining.Outcome outcome = train(source, device, prepared, out, checkpoints);
      checkNotCancelled(source, outcome);
      TrainedScene trained = TrainedScene.write(outcome, out.path());
      LocalFolder.delete(out.path().resolve(SceneTraining.CHECKPOINTS));
      Optional<Artifact> other = store.keep(key, out.path());
      checkpoints.delete();
      out.finished();
      return TaskOutcome.done(other.map(TrainedScene::read).orElse(trained));
    }
  }

  @SuppressWarnings("try") // busy is a stretch of time
  private SceneTraining.Outcome train(
      SceneSource source,
      TaskDevice device,
      ScenePreparation.Prepared prepared,
      ResumableFolder out,
      StoredCheckpoints checkpoints)
      throws IOException {
    try (TaskDevice.Busy busy = device.busy();
        SplatBackend backend =
            Backends.open(device.backend(), config.train().threads(), device.config())) {
      return SceneTraining.run(
          prepared.scene(),
          config,
          export,
          backend,
          out.path(),
          new TrainingReporter(source, checkpoints));
    }
  }

  private static void checkNotCancelled(SceneSource source, SceneTraining.Outcome outcome) {
    if (outcome.training().stoppedBy() == StoppedBy.CANCELLED) {
      throw new SceneException(
          Verdict.CANCELLED,
          "Cancelled scene %s after step %d. Run again with the same --run-id to resume"
              .formatted(source.id(), outcome.training().steps()));
    }
  }
}
