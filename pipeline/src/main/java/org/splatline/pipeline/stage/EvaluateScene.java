package org.splatline.pipeline.stage;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.splatline.gpu.backend.SplatBackend;
import org.splatline.gpu.backend.SplatModel;
import org.splatline.gpu.cli.Backends;
import org.splatline.gpu.format.CameraFiles;
import org.splatline.gpu.format.ExportConfig;
import org.splatline.gpu.format.ModelFormats;
import org.splatline.gpu.format.TurntableConfig;
import org.splatline.gpu.gaussian.GaussianState;
import org.splatline.gpu.gaussian.Gaussians;
import org.splatline.gpu.geo.Georeference;
import org.splatline.gpu.geo.Similarity;
import org.splatline.gpu.media.Turntable;
import org.splatline.gpu.metric.Lpips;
import org.splatline.gpu.scene.Scene;
import org.splatline.gpu.scene.SceneImages;
import org.splatline.gpu.scene.SceneReader;
import org.splatline.gpu.scene.View;
import org.splatline.gpu.train.Evaluator;
import org.splatline.gpu.train.PreparedScene;
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
  private static final Logger LOG = LoggerFactory.getLogger(EvaluateScene.class);

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
            Backends.open(device.backend(), config.train().threads(), device.config());
        LocalFolder pictures = LocalFolder.temporary("photographs")) {
      Scene scene = SceneReader.read(source.id(), files.path(), config.train().minPresentShare());
      try (PreparedScene.Later prepared = new PreparedScene.Later(scene, config, pictures.path())) {
        return TaskOutcome.done(
            evaluate(
                scene,
                prepared,
                files.path(),
                TrainedScene.load(store.find(trained).orElseThrow()),
                backend));
      }
    }
  }

  /**
   * Evaluates and exports a model of this scene, and keeps the result.
   *
   * @param prepared the same scene with its training pictures, which only a finish asks for
   * @param files the scene's folder
   */
  EvaluatedScene evaluate(
      Scene scene,
      Supplier<PreparedScene> prepared,
      Path files,
      SceneTraining.Trained model,
      SplatBackend backend)
      throws IOException {
    try (LocalFolder out = LocalFolder.temporary(Stage.EVALUATE.word())) {
      ResultPictures pictures = new ResultPictures(out.path());
      EvaluatedScene evaluated =
          EvaluatedScene.write(
              SceneTraining.evaluate(
                  scene,
                  prepared,
                  model,
                  config,
                  export,
                  backend,
                  out.path(),
                  Reconstructed.readable(files),
                  pictures),
              out.path());
      if (evaluated.views().isEmpty()) {
        preview(scene, model, backend, pictures);
      } else {
        pictures.writePreview(evaluated.views());
      }
      writeCameras(scene, files, out.path().resolve(ResultFiles.CAMERAS));
      writeTurntable(scene, model.gaussians(), backend, out.path().resolve(Turntable.FILE));
      Optional<Artifact> other = Store.open(storePlace, SceneWork.hadoop()).keep(key, out.path());
      return other.map(EvaluatedScene::read).orElse(evaluated);
    }
  }

  /** Of a scene without held-out views: the training view in the middle. */
  private void preview(
      Scene scene, SceneTraining.Trained model, SplatBackend backend, ResultPictures pictures) {
    View middle = scene.trainViews().get(scene.trainViews().size() / 2);
    Evaluator.evaluate(
        backend,
        model.gaussians(),
        new Scene(scene.id(), scene.trainViews(), List.of(middle), scene.points(), scene.missing()),
        config,
        (view, rendered, reference) -> pictures.writePreview(rendered));
  }

  /** The video, if this host can make it. A scene is done without it. */
  private void writeTurntable(Scene scene, Gaussians gaussians, SplatBackend backend, Path file)
      throws IOException {
    TurntableConfig video = export.turntable();
    boolean wanted =
        switch (video.when()) {
          case NEVER -> false;
          case GPU -> backend.name().equals("cuda");
          case ALWAYS -> true;
        };
    if (!wanted || !Turntable.isPossible()) {
      return;
    }
    try (SplatModel splat = backend.load(GaussianState.of(gaussians))) {
      Turntable.write(
          splat,
          Evaluator.settings(gaussians, config),
          scene.trainViews().stream().map(View::camera).toList(),
          video,
          file);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while a turntable was rendered");
    } catch (IOException | SceneException e) {
      LOG.warn("Scene {} gets no turntable: {}", scene.id(), e.getMessage());
      Files.deleteIfExists(file);
    }
  }

  /** In the frame of the model files. COLMAP's own .bin files are not written again. */
  private void writeCameras(Scene scene, Path files, Path folder) throws IOException {
    Similarity toFile =
        SceneTraining.exportFrame(scene, export)
            .map(Georeference::modelToEnu)
            .orElse(Similarity.IDENTITY);
    CameraFiles.write(
        SceneImages.read(scene.id(), files, config.train().minPresentShare()), toFile, folder);
    for (String name : ResultFiles.BINARY_CAMERAS) {
      if (toFile.equals(Similarity.IDENTITY)
          && Files.exists(files.resolve(ResultFiles.SPARSE).resolve(name))) {
        Files.delete(folder.resolve(name));
      }
    }
  }

  /**
   * Throws {@link SceneException} if what the configuration asks for can't be measured or written
   * here, or if LPIPS' file is not the driver's.
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
    ModelFormats.checkMachine(export.formats());
  }
}
