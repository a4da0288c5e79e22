package org.splatline.pipeline.stage;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.splatline.gpu.backend.SplatBackend;
import org.splatline.gpu.cli.Backends;
import org.splatline.gpu.format.ExportConfig;
import org.splatline.gpu.metric.Lpips;
import org.splatline.gpu.scene.Scene;
import org.splatline.gpu.scene.SceneReader;
import org.splatline.gpu.train.Evaluator;
import org.splatline.gpu.train.SceneTraining;
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
import org.splatline.pipeline.store.Place;
import org.splatline.pipeline.store.Store;

/**
 * Evaluates and exports a trained scene, on an executor: a model in the store, or one that the same
 * task has just trained.
 *
 * @param input the reconstructed scene
 * @param trained the key of its model
 * @param key of the evaluation
 * @param lpips the sum of LPIPS' file on the driver; empty: LPIPS is not measured
 */
record EvaluateScene(
    Place storePlace,
    ContentKey input,
    ContentKey trained,
    ContentKey key,
    TrainConfig config,
    ExportConfig export,
    String lpips)
    implements SceneWork<EvaluatedScene> {

  @Override
  public ExecutorKind executors() {
    return ExecutorKind.TRAIN;
  }

  @Override
  public int perGpu() {
    return config.gpu().trainersPerDevice();
  }

  @Override
  @SuppressWarnings("try") // busy is a stretch of time
  public TaskOutcome<EvaluatedScene> work(SceneSource source) throws IOException {
    SceneWork.show(source, Stage.EVALUATE, "evaluate");
    check();
    Store store = Store.open(storePlace, SceneWork.hadoop());
    try (TaskDevice device = TaskDevice.take(config.train().backend(), config.gpu());
        LocalFolder files = store.find(input).orElseThrow().fetch();
        TaskDevice.Busy busy = device.busy();
        SplatBackend backend =
            Backends.open(device.backend(), config.train().threads(), device.config())) {
      Scene scene = SceneReader.read(source.id(), files.path(), config.train().minPresentShare());
      return TaskOutcome.done(
          evaluate(scene, TrainedScene.load(store.find(trained).orElseThrow()), backend));
    }
  }

  /** Evaluates and exports a model of this scene, and keeps the result. */
  EvaluatedScene evaluate(Scene scene, SceneTraining.Trained model, SplatBackend backend)
      throws IOException {
    try (LocalFolder out = LocalFolder.temporary(Stage.EVALUATE.word())) {
      EvaluatedScene evaluated =
          EvaluatedScene.write(
              SceneTraining.evaluate(scene, model, config, export, backend, out.path()),
              out.path());
      Optional<Artifact> other = Store.open(storePlace, SceneWork.hadoop()).keep(key, out.path());
      return other.map(EvaluatedScene::read).orElse(evaluated);
    }
  }

  /**
   * Throws {@link SceneException} if what the configuration asks for can't be measured here, or if
   * LPIPS' file is not the driver's.
   */
  void check() throws IOException {
    if (config.quality().measuresLpips()) {
      Path file = Path.of(config.quality().lpipsModel());
      String sum = Lpips.sum(file);
      if (!sum.equals(lpips)) {
        throw new SceneException(
            Verdict.TOOL_INCOMPATIBLE,
            "Cannot measure LPIPS: %s on this machine (sha256 %s) is not the driver's (%s). Copy the same file to both"
                .formatted(file, sum, lpips));
      }
    }
    Evaluator.check(config.quality());
  }
}
