package org.splatline.gpu.train;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.splatline.gpu.backend.DeviceMemoryException;
import org.splatline.gpu.backend.SplatBackend;
import org.splatline.gpu.format.ExportConfig;
import org.splatline.gpu.format.ModelFormats;
import org.splatline.gpu.format.PlyModel;
import org.splatline.gpu.gaussian.Gaussians;
import org.splatline.gpu.geo.AlignmentJson;
import org.splatline.gpu.geo.Georeference;
import org.splatline.gpu.metric.Evaluation;
import org.splatline.gpu.metric.FileScore;
import org.splatline.gpu.metric.MetricsJson;
import org.splatline.gpu.metric.SceneMetrics;
import org.splatline.gpu.metric.SceneMetrics.TargetOutcome;
import org.splatline.gpu.scene.Intrinsics;
import org.splatline.gpu.scene.Scene;
import org.splatline.gpu.scene.SceneReader;
import org.splatline.gpu.scene.View;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;

/**
 * Makes model files of one scene in two parts: it trains; then it exports, evaluates and writes
 * metrics.json.
 */
public final class SceneTraining {
  /**
   * The folder of checkpoints in a training's output folder. Training resumes from the newest file
   * of this scene and configuration in it. A file from another place must keep the name that {@link
   * TrainListener#onCheckpoint} received. Damaged files are skipped.
   */
  public static final String CHECKPOINTS = "checkpoints";

  private static final Logger LOG = LoggerFactory.getLogger(SceneTraining.class);
  private static final int SCHEMA_VERSION = 1;

  private SceneTraining() {}

  /** The results of a scene. Its files are in the output folder. */
  public record Outcome(SceneMetrics metrics, TrainResult training, Evaluation evaluation) {}

  /** A trained model in its own frame, and the figures of its training. */
  public record Trained(Gaussians gaussians, TrainingFigures figures) {}

  /** The scores of a model that is exported. Its files are in the output folder. */
  public record Evaluated(SceneMetrics metrics, Evaluation evaluation) {}

  /**
   * Writes {@code model.FORMAT} for each of {@code export.formats} and {@code metrics.json} to
   * {@code out}, and checkpoints to {@code out/checkpoints} during training: {@link #train}, then
   * {@link #evaluate}.
   *
   * @param out created if it does not exist
   * @throws IOException if {@code out} can't be written
   * @throws SceneException before training, if LPIPS should be measured but can't be, if a format
   *     can't be written on this machine, or if a required alignment can't be read
   */
  public static Outcome run(
      Scene scene,
      TrainConfig config,
      ExportConfig export,
      SplatBackend backend,
      Path out,
      TrainListener listener)
      throws IOException {
    long start = System.nanoTime();
    Evaluator.check(config.quality());
    ModelFormats.checkMachine(export.formats());
    requireViews(scene, config.train().minViews());
    Optional<Georeference> enu = enu(scene, export);
    try (PreparedScene prepared = PreparedScene.of(scene, config, out)) {
      TrainResult training = train(prepared, config, backend, out, listener);
      Trained trained =
          new Trained(
              training.gaussians(), TrainingFigures.of(training, secondsSince(start), backend));
      Evaluated evaluated =
          evaluate(
              scene,
              () -> prepared,
              trained,
              config,
              export,
              enu,
              backend,
              out,
              0,
              (view, seen, wanted) -> {});
      return new Outcome(evaluated.metrics(), training, evaluated.evaluation());
    }
  }

  /**
   * Trains a scene that has been prepared. Checkpoints are in {@code out/checkpoints}.
   *
   * @param out created if it does not exist
   */
  public static TrainResult train(
      PreparedScene prepared,
      TrainConfig config,
      SplatBackend backend,
      Path out,
      TrainListener listener) {
    return Trainer.train(prepared, config, backend, out.resolve(CHECKPOINTS), listener);
  }

  /**
   * Scores a trained model and exports it: writes {@code model.FORMAT} for each of {@code
   * export.formats} and {@code metrics.json}. With {@code export.score} the files are read back and
   * scored, too. With {@code export.frame: enu} the file is in metres east, north and up if the
   * scene has an alignment. If it has none, the model stays in its own frame, and the log has a
   * warning.
   *
   * @param prepared the same scene with its training pictures, which only {@code export.finish}
   *     asks for
   * @param out created if it does not exist
   * @param photographs how many the cameras were searched for; 0: not known
   * @param views receives each held-out view
   * @throws IOException if {@code out} can't be written
   * @throws SceneException if LPIPS should be measured but can't be, or if a required alignment
   *     can't be read
   */
  public static Evaluated evaluate(
      Scene scene,
      Supplier<PreparedScene> prepared,
      Trained trained,
      TrainConfig config,
      ExportConfig export,
      SplatBackend backend,
      Path out,
      int photographs,
      Evaluator.ViewListener views)
      throws IOException {
    return evaluate(
        scene,
        prepared,
        trained,
        config,
        export,
        enu(scene, export),
        backend,
        out,
        photographs,
        views);
  }

  private static Evaluated evaluate(
      Scene scene,
      Supplier<PreparedScene> prepared,
      Trained trained,
      TrainConfig config,
      ExportConfig export,
      Optional<Georeference> enu,
      SplatBackend backend,
      Path out,
      int photographs,
      Evaluator.ViewListener views)
      throws IOException {
    long start = System.nanoTime();
    Files.createDirectories(out);
    Evaluation evaluation = evaluate(backend, trained.gaussians(), scene, config, views);
    PlyModel model = new PlyModel(trained.gaussians(), config.train().antialiased(), enu);
    Map<String, FileScore> files =
        new ModelExport(scene, config, export, backend, prepared).write(model, evaluation, out);
    SceneMetrics metrics =
        metrics(scene, trained, config, evaluation, secondsSince(start), files, photographs);
    MetricsJson.write(metrics, out.resolve("metrics.json"));
    return new Evaluated(metrics, evaluation);
  }

  private static double secondsSince(long start) {
    return (System.nanoTime() - start) / 1e9;
  }

  private static Optional<Georeference> enu(Scene scene, ExportConfig export) {
    if (export.frame() == ExportConfig.Frame.ENU && scene.alignment().isEmpty()) {
      LOG.warn(
          "scene {}: it has no {}, so its model is exported in its own frame instead of"
              + " export.frame: enu",
          scene.id(),
          SceneReader.ALIGNMENT);
    }
    return exportFrame(scene, export);
  }

  /** The frame to export to; empty for the model's own frame. */
  public static Optional<Georeference> exportFrame(Scene scene, ExportConfig export) {
    return switch (export.frame()) {
      case MODEL -> Optional.empty();
      case ENU -> scene.alignment().map(file -> AlignmentJson.read(file).georeference());
    };
  }

  private static Evaluation evaluate(
      SplatBackend backend,
      Gaussians gaussians,
      Scene scene,
      TrainConfig config,
      Evaluator.ViewListener views) {
    try {
      return Evaluator.evaluate(backend, gaussians, scene, config, views);
    } catch (DeviceMemoryException e) {
      throw new SceneException(
          Verdict.OUT_OF_MEMORY,
          "Cannot evaluate scene %s: %s".formatted(scene.id(), e.getMessage()),
          e);
    }
  }

  /** Throws {@link SceneException} FEW_IMAGES if a scene has too few training views. */
  public static void requireViews(Scene scene, int minViews) {
    if (scene.trainViews().size() < minViews) {
      throw new SceneException(
          Verdict.FEW_IMAGES,
          "Cannot train scene %s: it has %d training views, need %d. Add photographs or lower train.min-views"
              .formatted(scene.id(), scene.trainViews().size(), minViews));
    }
  }

  /**
   * The metrics of a model, for metrics.json and {@code eval}.
   *
   * @param seconds time to evaluate and export
   * @param scores of the model's files, by their paths relative to the output folder
   * @param photographs how many the cameras were searched for; 0: not known
   */
  public static SceneMetrics metrics(
      Scene scene,
      Trained trained,
      TrainConfig config,
      Evaluation evaluation,
      double seconds,
      Map<String, FileScore> scores,
      int photographs) {
    Map<String, Long> files = new LinkedHashMap<>();
    scores.forEach((file, score) -> files.put(file, score.bytes()));
    TrainingFigures training = trained.figures();
    Intrinsics largest = largestView(scene, config.image());
    QualityWord quality = quality(scene, trained, config, evaluation, photographs);
    return new SceneMetrics(
        SCHEMA_VERSION,
        evaluation.psnr(),
        measured(evaluation.psnrExposureFitted()),
        training.trainPsnr(),
        evaluation.ssim(),
        measured(evaluation.lpips()),
        evaluation.lpips().isPresent() ? config.quality().lpipsConvention().word() : null,
        scene.testViews().size(),
        scene.trainViews().size(),
        trained.gaussians().size(),
        training.maxGaussians() < 0 ? null : training.maxGaussians(),
        training.steps(),
        training.trainSeconds(),
        training.totalSeconds() + seconds,
        training.peakDeviceBytes() < 0 ? null : training.peakDeviceBytes(),
        training.gaussianStateBytes(),
        training.gaussianStateBytesFp32(),
        evaluation.renderFps(),
        training.backend(),
        training.device(),
        largest.width(),
        largest.height(),
        config.train().seed(),
        config.profile(),
        config.configHash(),
        training.stoppedBy().word(),
        quality.word().text(),
        detail(quality, training),
        targets(config.quality(), evaluation, scores.values()),
        files,
        scores);
  }

  private static String detail(QualityWord quality, TrainingFigures training) {
    return Stream.of(quality.advice(), Optional.ofNullable(training.growthEnd()).orElse(""))
        .filter(text -> !text.isEmpty())
        .collect(joining("; "));
  }

  private static QualityWord quality(
      Scene scene, Trained trained, TrainConfig config, Evaluation evaluation, int photographs) {
    double pixels =
        scene.trainViews().stream()
            .map(view -> TargetSizes.reduced(view.camera(), config.image()).intrinsics())
            .mapToDouble(size -> (double) size.width() * size.height())
            .sum();
    return QualityWord.of(
        new QualityWord.Evidence(
            evaluation.psnr(),
            evaluation.ssim(),
            trained.figures().trainPsnr(),
            scene.trainViews().size() + scene.testViews().size(),
            photographs,
            pixels / Math.max(1, trained.gaussians().size()),
            trained.figures().steps(),
            QualityWord.where(scene, evaluation)),
        config.quality());
  }

  private static Intrinsics largestView(Scene scene, ImageConfig image) {
    Intrinsics largest = null;
    for (View view : scene.trainViews()) {
      Intrinsics size = TargetSizes.reduced(view.camera(), image).intrinsics();
      if (largest == null
          || (long) size.width() * size.height() > (long) largest.width() * largest.height()) {
        largest = size;
      }
    }
    return largest;
  }

  private static Map<String, TargetOutcome> targets(
      QualityConfig quality, Evaluation evaluation, Collection<FileScore> scores) {
    Map<String, TargetOutcome> targets = new LinkedHashMap<>();
    targets.put("psnr", atLeast(quality.targetPsnr(), evaluation.psnr()));
    targets.put("ssim", atLeast(quality.targetSsim(), evaluation.ssim()));
    targets.put("lpips", atMost(quality.targetLpips(), measured(evaluation.lpips())));
    targets.put(
        "bytes", atMost((double) quality.targetBytes(), (double) FileScore.smallest(scores)));
    return targets;
  }

  private static TargetOutcome atLeast(double target, double value) {
    return new TargetOutcome(target, Double.isNaN(value) ? null : value, value >= target);
  }

  private static TargetOutcome atMost(double target, Double value) {
    return new TargetOutcome(target, value, value != null && value <= target);
  }

  /** Null if it was not measured. */
  private static Double measured(OptionalDouble value) {
    return value.isPresent() ? value.getAsDouble() : null;
  }
}
