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
import org.splatline.gpu.backend.SplatBackend;
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

/** Writes the files of a trained model, reads each of them back and scores what it holds. */
final class ModelExport {
  private static final Logger LOG = LoggerFactory.getLogger(ModelExport.class);
  private static final double REFERENCE_STEPS = 30_000; // of training, for export.finish.steps
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
   * Writes {@code model.FORMAT} for each of {@code export.formats}.
   *
   * @param evaluation of the model in memory
   * @param out an existing folder
   * @return the files' scores by their paths relative to {@code out}
   */
  Map<String, FileScore> write(PlyModel model, Evaluation evaluation, Path out) throws IOException {
    Map<String, FileScore> scores = new LinkedHashMap<>();
    for (String format : export.formats()) {
      Path file = out.resolve("model." + format);
      FileScore score = write(format, model, evaluation, file);
      LOG.info("scene {}: {}", scene.id(), sentence(file, score));
      scores.put(out.relativize(file).toString(), score);
    }
    return scores;
  }

  private FileScore write(String format, PlyModel model, Evaluation evaluation, Path file)
      throws IOException {
    boolean finishes = finishSteps() > 0;
    double psnr = evaluation.views().isEmpty() ? ModelRounding.USUAL_PSNR : evaluation.psnr();
    double loss = finishes ? export.finish().bandsLoss() : ModelRounding.USUAL_LOSS;
    Optional<ModelRounding> rounding =
        ModelFormats.rounding(format, model, psnr, loss, export.spz(), backend.clusterer());
    if (rounding.isEmpty()) {
      ModelFormats.write(model, file, backend.clusterer());
      return score(file, model, evaluation);
    }
    rounding.get().write(model.gaussians(), file);
    FileScore plain = score(file, model, evaluation);
    if (!finishes) {
      return plain;
    }
    long start = System.nanoTime();
    rounding.get().write(finished(model.gaussians(), rounding.get()), file);
    double seconds = (System.nanoTime() - start) / 1e9;
    return score(file, model, evaluation).withFinish(seconds, plain);
  }

  private Gaussians finished(Gaussians trained, ModelRounding rounding) {
    if (pictures == null) {
      pictures = prepared.get();
    }
    return new Finish(pictures, config, finishSteps(), export.finish().rates(), backend)
        .run(trained, rounding);
  }

  /** None with exposures: they are no part of a model, whose colours would be trained to differ. */
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
    boolean scored =
        export.score() && !evaluation.views().isEmpty() && ModelFormats.isReadable(file);
    Evaluator.Fidelity fidelity = scored ? fidelity(file, model, evaluation) : null;
    return new FileScore(
        bytes,
        scored ? fidelity.psnr() : null,
        scored ? fidelity.ssim() : null,
        scored ? evaluation.psnr() - fidelity.psnr() : null,
        plyRatio,
        config.profile().equals(PROFILE_VANILLA) ? plyRatio : null,
        null,
        null);
  }

  private Evaluator.Fidelity fidelity(Path file, PlyModel model, Evaluation evaluation) {
    Gaussians read = readBack(file, model);
    return read.equals(model.gaussians())
        ? new Evaluator.Fidelity(evaluation.psnr(), evaluation.ssim())
        : Evaluator.fidelity(backend, read, scene, config);
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
    return score.finishSeconds() == null
        ? loss
        : loss
            + "; its finish of %.1f s gained %.3f dB"
                .formatted(score.finishSeconds(), score.finishPsnrGain());
  }
}
