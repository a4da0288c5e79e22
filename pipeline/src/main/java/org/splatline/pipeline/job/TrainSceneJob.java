package org.splatline.pipeline.job;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.splatline.gpu.backend.Backends;
import org.splatline.gpu.backend.SplatBackend;
import org.splatline.gpu.cli.ProgressLine;
import org.splatline.gpu.format.ExportConfig;
import org.splatline.gpu.scene.Scene;
import org.splatline.gpu.scene.SceneException;
import org.splatline.gpu.scene.SceneReader;
import org.splatline.gpu.scene.Verdict;
import org.splatline.gpu.train.SceneTraining;
import org.splatline.gpu.train.StoppedBy;
import org.splatline.gpu.train.TrainConfig;
import org.splatline.gpu.train.TrainListener;
import org.splatline.gpu.train.TrainingPoint;
import org.splatline.pipeline.config.PipelineConfig;
import org.splatline.pipeline.progress.ProgressBoard;
import org.splatline.pipeline.store.Artifact;
import org.splatline.pipeline.store.ContentKey;
import org.splatline.pipeline.store.LocalFolder;
import org.splatline.pipeline.store.ResumableFolder;
import org.splatline.pipeline.store.Store;

/**
 * Trains one reconstructed scene, exports and evaluates it. The artefact holds the models, {@code
 * metrics.json}, the curve and the figures of each view. Checkpoints stay on the machine: a
 * training that a crash cut off is resumed when the scene comes to the same machine again.
 */
final class TrainSceneJob {
  static final String STAGE = "train";
  private static final int VERSION = 1;

  private final SceneJobs jobs;
  private final Store store;
  private final PipelineConfig config;

  TrainSceneJob(SceneJobs jobs, Store store, PipelineConfig config) {
    this.jobs = jobs;
    this.store = store;
    this.config = config;
  }

  /** A trained scene in the store. */
  record Result(ContentKey key, TrainedScene trained, boolean reused) {}

  /** Throws {@link SceneException} when the scene can't be trained. */
  Result run(SceneSource scene, ReconstructSceneJob.Result reconstructed) {
    ContentKey key = key(reconstructed.key());
    Optional<Artifact> known = store.find(key);
    if (known.isEmpty()) {
      jobs.run(
          scene,
          STAGE,
          "Training",
          new TrainScene(
              config.storePlace(), reconstructed.key(), key, config.train(), config.export()));
    }
    Artifact artifact = known.or(() -> store.find(key)).orElseThrow();
    return new Result(key, TrainedScene.read(artifact), known.isPresent());
  }

  private ContentKey key(ContentKey scene) {
    return new ContentKey(
        STAGE,
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
  private record TrainScene(
      String storePlace, ContentKey input, ContentKey key, TrainConfig config, ExportConfig export)
      implements SceneWork {

    @Override
    public void work(SceneSource source) throws IOException {
      SceneWork.show(source, "train");
      Store store = Store.open(storePlace, SceneWork.hadoop());
      try (ResumableFolder out = ResumableFolder.open(STAGE + "-" + key.hash());
          LocalFolder folder = store.find(input).orElseThrow().fetch();
          SplatBackend backend =
              Backends.open(config.train().backend(), config.train().threads(), config.gpu())) {
        Scene scene =
            SceneReader.read(source.id(), folder.path(), config.train().minPresentShare());
        SceneTraining.Outcome outcome =
            SceneTraining.run(scene, config, export, backend, out.path(), new Teller(source));
        checkNotCancelled(source, outcome);
        TrainedScene.write(outcome, out.path());
        LocalFolder.delete(out.path().resolve("checkpoints"));
        store.keep(key, out.path());
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

  /** Tells the board how training goes, and training when Spark wants it to end. */
  private record Teller(SceneSource scene) implements TrainListener {
    @Override
    public void onProgress(TrainingPoint point, int steps, long deviceBytes) {
      ProgressBoard.show(
          scene.runId(), scene.id(), ProgressLine.text(scene.id(), point, steps, deviceBytes));
    }

    @Override
    public boolean isCancelled() {
      return SceneWork.isCancelled();
    }
  }
}
