package org.splatline.pipeline.stage;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.splatline.gpu.backend.SplatBackend;
import org.splatline.gpu.cli.Backends;
import org.splatline.gpu.cli.ProgressLine;
import org.splatline.gpu.format.ExportConfig;
import org.splatline.gpu.train.SceneTraining;
import org.splatline.gpu.train.StoppedBy;
import org.splatline.gpu.train.TrainConfig;
import org.splatline.gpu.train.TrainListener;
import org.splatline.gpu.train.TrainingPoint;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;
import org.splatline.pipeline.config.PipelineConfig;
import org.splatline.pipeline.config.Stage;
import org.splatline.pipeline.config.Version;
import org.splatline.pipeline.input.SceneSource;
import org.splatline.pipeline.progress.SceneBeat;
import org.splatline.pipeline.spark.TaskDevice;
import org.splatline.pipeline.spark.TaskHost;
import org.splatline.pipeline.spark.UpcomingScenes;
import org.splatline.pipeline.store.Artifact;
import org.splatline.pipeline.store.ContentKey;
import org.splatline.pipeline.store.LocalFolder;
import org.splatline.pipeline.store.ResumableFolder;
import org.splatline.pipeline.store.Store;

/**
 * Trains one reconstructed scene, exports and evaluates it. The artefact holds the models, {@code
 * metrics.json}, the curve and the figures of each view. Checkpoints go to the store too, so that a
 * training that was cut off is resumed wherever it comes to next.
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

  /** A trained scene in the store. */
  public record Result(ContentKey key, TrainedScene trained, boolean reused) {}

  /** Throws {@link SceneException} when the scene can't be trained. */
  public Result run(SceneSource scene, ReconstructSceneJob.Result reconstructed) {
    ContentKey key = key(reconstructed.key());
    Optional<Artifact> known = store.find(key);
    if (known.isEmpty()) {
      TrainScene work =
          new TrainScene(
              config.storePlace(), reconstructed.key(), key, config.train(), config.export());
      UpcomingScenes.add(scene.runId(), scene.id(), new PreparedScenes.Order(scene, work));
      try {
        jobs.run(scene, Stage.TRAIN, "Training", work);
      } finally {
        UpcomingScenes.remove(scene.runId(), scene.id());
      }
    }
    Artifact artifact = known.or(() -> store.find(key)).orElseThrow();
    return new Result(key, TrainedScene.read(artifact), known.isPresent());
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

  /** The task's work, on an executor. */
  record TrainScene(
      String storePlace, ContentKey input, ContentKey key, TrainConfig config, ExportConfig export)
      implements SceneWork {

    @Override
    public int perGpu() {
      return config.gpu().trainersPerDevice();
    }

    @Override
    @SuppressWarnings("try") // busy is a stretch of time
    public void work(SceneSource source) throws IOException {
      SceneWork.show(source, Stage.TRAIN, "train");
      Store store = Store.open(storePlace, SceneWork.hadoop());
      StoredCheckpoints stored =
          new StoredCheckpoints(store.checkpoints(key), config.checkpoint().keep());
      String backendName = config.train().backend();
      try (TaskDevice device = TaskDevice.take(backendName, config.gpu());
          ResumableFolder out = ResumableFolder.open(Stage.TRAIN.word() + "-" + key.hash());
          PreparedScenes.Prepared prepared = PreparedScenes.take(source, this)) {
        stored.fetchNewest(out.path().resolve(SceneTraining.CHECKPOINTS));
        PreparedScenes.prepareNext(source);
        try (TaskDevice.Busy busy = device.busy();
            SplatBackend backend =
                Backends.open(backendName, config.train().threads(), device.config())) {
          SceneTraining.Outcome outcome =
              SceneTraining.run(
                  prepared.scene(),
                  config,
                  export,
                  backend,
                  out.path(),
                  new Teller(source, stored));
          checkNotCancelled(source, outcome);
          TrainedScene.write(outcome, out.path());
        }
        LocalFolder.delete(out.path().resolve(SceneTraining.CHECKPOINTS));
        store.keep(key, out.path());
        stored.delete();
        out.finished();
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

  /** Tells the driver how training goes, and training what the driver and the machine want. */
  private static final class Teller implements TrainListener {
    private final SceneSource scene;
    private final StoredCheckpoints checkpoints;
    private int noticesHeeded = TaskHost.notices();

    Teller(SceneSource scene, StoredCheckpoints checkpoints) {
      this.scene = scene;
      this.checkpoints = checkpoints;
    }

    @Override
    public void onProgress(TrainingPoint point, int steps, long deviceBytes) {
      TaskHost.beat(
          new SceneBeat(
              scene.runId(),
              scene.id(),
              Stage.TRAIN,
              ProgressLine.text(scene.id(), point, steps, deviceBytes),
              "",
              SceneBeat.Training.of(point, steps, deviceBytes)));
    }

    @Override
    public boolean isCancelled() {
      return SceneWork.isCancelled();
    }

    /** Once for each notice that the machine will be taken away. */
    @Override
    public boolean wantsCheckpoint() {
      int notices = TaskHost.notices();
      boolean isNew = notices > noticesHeeded;
      noticesHeeded = notices;
      return isNew;
    }

    @Override
    public void onCheckpoint(int step, Path file) {
      checkpoints.keep(file);
    }
  }
}
