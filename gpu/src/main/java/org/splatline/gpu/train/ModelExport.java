package org.splatline.gpu.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.splatline.gpu.backend.DeviceMemoryException;
import org.splatline.gpu.backend.SplatBackend;
import org.splatline.gpu.cluster.Clusters;
import org.splatline.gpu.cluster.KMeans;
import org.splatline.gpu.cluster.WeightedPoints;
import org.splatline.gpu.config.StepScale;
import org.splatline.gpu.format.ExportConfig;
import org.splatline.gpu.format.ModelFormats;
import org.splatline.gpu.format.ModelRounding;
import org.splatline.gpu.format.PlyFormat;
import org.splatline.gpu.format.PlyModel;
import org.splatline.gpu.gaussian.Gaussians;
import org.splatline.gpu.metric.Evaluation;
import org.splatline.gpu.metric.FileScore;
import org.splatline.gpu.scene.Scene;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;

/** Writes the files of a trained model, reads each of them back and scores what it holds. */
final class ModelExport {
  private static final Logger LOG = LoggerFactory.getLogger(ModelExport.class);

  /** The {@code train.steps} that {@code export.finish.steps} is written for. */
  private static final double REFERENCE_STEPS = 30_000;

  private static final String PROFILE_VANILLA = "vanilla";

  private final Scene scene;
  private final TrainConfig config;
  private final ExportConfig export;
  private final SplatBackend backend;
  private final Supplier<PreparedScene> prepared;
  private PreparedScene pictures; // null: not asked for

  /**
   * @param prepared the same scene with its training pictures, which only a finish asks for
   */
  ModelExport(
      Scene scene,
      TrainConfig config,
      ExportConfig export,
      SplatBackend backend,
      Supplier<PreparedScene> prepared) {
    this.scene = scene;
    this.config = config;
    this.export = export;
    this.backend = backend;
    this.prepared = prepared;
  }

  /**
   * Writes {@code model.FORMAT} for each of {@code export.formats}. A format that can't hold the
   * model is left out, with a warning.
   *
   * @param evaluation of the model in memory
   * @param out an existing folder
   * @return the files' scores by their paths relative to {@code out}
   * @throws SceneException UNSUPPORTED_INPUT if none of the formats can hold the model; CANCELLED
   *     if the thread is interrupted in a finish
   */
  Map<String, FileScore> write(PlyModel model, Evaluation evaluation, Path out) throws IOException {
    Map<String, FileScore> scores = new LinkedHashMap<>();
    SceneException refused = null;
    for (String format : export.formats()) {
      Path file = out.resolve("model." + format);
      try {
        FileScore score = write(format, model, evaluation, file);
        LOG.info("scene {}: {}", scene.id(), sentence(file, score));
        scores.put(out.relativize(file).toString(), score);
      } catch (SceneException e) {
        if (e.verdict() != Verdict.UNSUPPORTED_INPUT) {
          throw e;
        }
        LOG.warn("scene {}: no {}: {}", scene.id(), file.getFileName(), e.getMessage());
        refused = e;
      }
    }
    if (scores.isEmpty() && refused != null) {
      throw refused;
    }
    return scores;
  }

  private FileScore write(String format, PlyModel model, Evaluation evaluation, Path file)
      throws IOException {
    double loss = finishSteps() > 0 ? export.finish().bandsLoss() : ModelRounding.USUAL_LOSS;
    Optional<ModelRounding> rounding =
        ModelFormats.rounding(format, model, psnr(evaluation), loss, export.spz(), this::cluster);
    if (rounding.isEmpty()) {
      ModelFormats.write(model, file, this::cluster);
      return score(file, model, evaluation);
    }
    rounding.get().write(model.gaussians(), file);
    FileScore plain = score(file, model, evaluation);
    if (finishSteps() == 0) {
      return plain;
    }
    long start = System.nanoTime();
    if (!finish(model, rounding.get(), file)) {
      return plain;
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    return score(file, model, evaluation).withFinish(seconds, plain);
  }

  /** Of the model in memory, in the colours that it was trained to show. */
  static double psnr(Evaluation evaluation) {
    return evaluation.views().isEmpty()
        ? ModelRounding.USUAL_PSNR
        : evaluation.psnrExposureFitted().orElse(evaluation.psnr());
  }

  /** With the device's k-means, or the CPU's if the device has too little memory. */
  private Clusters cluster(WeightedPoints points, int count, long seed) {
    try {
      return backend.clusterer().cluster(points, count, seed);
    } catch (DeviceMemoryException e) {
      LOG.warn("scene {}: its palette is made on the CPU: {}", scene.id(), e.getMessage());
      return new KMeans().cluster(points, count, seed);
    }
  }

  /** Writes the finished model; false, and the file stays as it was, if it can't be finished. */
  private boolean finish(PlyModel model, ModelRounding rounding, Path file) {
    try {
      rounding.write(finished(model.gaussians(), rounding), file);
      return true;
    } catch (DeviceMemoryException | OutOfMemoryError e) {
      notFinished(file, e);
      return false;
    } catch (SceneException e) {
      if (e.verdict() == Verdict.CANCELLED) {
        throw e;
      }
      notFinished(file, e);
      return false;
    }
  }

  private void notFinished(Path file, Throwable cause) {
    LOG.warn(
        "scene {}: {} holds the trained model, without a finish: {}",
        scene.id(),
        file.getFileName(),
        cause.toString());
  }

  private Gaussians finished(Gaussians trained, ModelRounding rounding) {
    if (pictures == null) {
      pictures = prepared.get();
    }
    return new Finish(pictures, config, finishSteps(), export.finish().rates(), backend)
        .run(trained, rounding);
  }

  /**
   * Scaled by {@code train.steps}, also for a scene that {@code train.steps-per-view} trained for
   * fewer steps. None with exposures: they are no part of a model, whose colours would be trained
   * to differ.
   */
  private int finishSteps() {
    int steps = export.finish().steps();
    if (config.train().exposure().enabled()) {
      return 0;
    }
    return config.train().phases().isEmpty()
        ? steps
        : StepScale.scale(steps, config.train().steps() / REFERENCE_STEPS);
  }

  private FileScore score(Path file, PlyModel model, Evaluation evaluation) throws IOException {
    long bytes = Files.size(file);
    double plyRatio = (double) PlyFormat.bytes(model) / bytes;
    Optional<Evaluator.Fidelity> fidelity =
        export.score() && !evaluation.views().isEmpty() && ModelFormats.isReadable(file)
            ? fidelity(file, model, evaluation)
            : Optional.empty();
    return new FileScore(
        bytes,
        fidelity.map(Evaluator.Fidelity::psnr).orElse(null),
        fidelity.map(Evaluator.Fidelity::ssim).orElse(null),
        fidelity.map(found -> evaluation.psnr() - found.psnr()).orElse(null),
        plyRatio,
        config.profile().equals(PROFILE_VANILLA) ? plyRatio : null,
        null,
        null);
  }

  /** Empty, with a warning, if the file can't be scored: its model is good without a score. */
  private Optional<Evaluator.Fidelity> fidelity(Path file, PlyModel model, Evaluation evaluation) {
    try {
      Gaussians read = readBack(file, model);
      return Optional.of(
          read.equals(model.gaussians())
              ? new Evaluator.Fidelity(evaluation.psnr(), evaluation.ssim())
              : Evaluator.fidelity(backend, read, scene, config));
    } catch (SceneException | DeviceMemoryException | OutOfMemoryError e) {
      LOG.warn("scene {}: {} has no score: {}", scene.id(), file.getFileName(), e.toString());
      return Optional.empty();
    }
  }

  /**
   * What a file holds, in the model's own frame, also where the file doesn't describe its frame.
   */
  private static Gaussians readBack(Path file, PlyModel model) {
    PlyModel read = ModelFormats.read(file);
    return read.enu().isPresent() ? read.gaussians() : model.inModelFrame(read.gaussians());
  }

  private static String sentence(Path file, FileScore score) {
    String size =
        "%s: %,d bytes, 1 / %.1f of the .ply"
            .formatted(file.getFileName(), score.bytes(), score.plyRatio());
    if (score.psnr() == null) {
      return size;
    }
    String loss =
        size
            + ", %.2f dB, %.3f dB below the model in memory"
                .formatted(score.psnr(), score.psnrLoss());
    return score.finishPsnrGain() == null
        ? loss
        : loss
            + "; its finish of %.1f s gained %.3f dB"
                .formatted(score.finishSeconds(), score.finishPsnrGain());
  }
}
