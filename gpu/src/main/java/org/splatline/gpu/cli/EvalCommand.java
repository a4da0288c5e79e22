package org.splatline.gpu.cli;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import javax.imageio.ImageIO;
import org.splatline.gpu.backend.SplatBackend;
import org.splatline.gpu.backend.SplatModel;
import org.splatline.gpu.config.Configuration;
import org.splatline.gpu.format.ModelFormats;
import org.splatline.gpu.format.PlyFormat;
import org.splatline.gpu.format.PlyModel;
import org.splatline.gpu.gaussian.GaussianState;
import org.splatline.gpu.gaussian.Gaussians;
import org.splatline.gpu.metric.Evaluation;
import org.splatline.gpu.metric.FileScore;
import org.splatline.gpu.metric.MetricsJson;
import org.splatline.gpu.picture.FloatImage;
import org.splatline.gpu.scene.Scene;
import org.splatline.gpu.train.Evaluator;
import org.splatline.gpu.train.SceneTraining;
import org.splatline.gpu.train.StoppedBy;
import org.splatline.gpu.train.TrainConfig;
import org.splatline.gpu.train.TrainingFigures;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code splatline eval}: scores a model file and prints the keys of metrics.json. */
@Command(
    name = "eval",
    description = "Score a model file on a scene's held-out views. Prints JSON.")
final class EvalCommand implements Callable<Integer> {
  @Option(
      names = "--model",
      required = true,
      paramLabel = "FILE",
      description = "the model, such as a 3DGS .ply (docs/formats.md)")
  private Path model;

  @Option(
      names = "--scene",
      required = true,
      paramLabel = "DIR",
      description = "scene folder: images/ with sparse/0/ or transforms*.json")
  private Path folder;

  @Option(
      names = "--backend",
      paramLabel = "NAME",
      description = "auto, cpu or cuda; auto uses the GPU if there is one (default: auto)")
  private String backendName;

  @Option(
      names = "--renders",
      paramLabel = "DIR",
      description = "folder for one PNG per held-out view: photograph left, render right")
  private Path renders;

  @Mixin private ConfigOptions options;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    long start = System.nanoTime();
    PlyModel loaded = ModelFormats.read(model);
    Gaussians gaussians = loaded.gaussians();
    Configuration configuration =
        options
            .reader("vanilla")
            .flag("train.backend", backendName)
            .flag("train.antialiased", loaded.antialiased() ? true : null)
            .read();
    TrainConfig config = TrainConfig.of(configuration);
    Path work = Files.createTempDirectory("splatline-eval");
    try (SplatBackend backend =
        Backends.open(config.train().backend(), config.train().threads(), config.gpu())) {
      Scene scene = SceneFolders.open(folder, work, configuration);
      Evaluation evaluation =
          Evaluator.evaluate(backend, gaussians, scene, config, this::writePair);
      SceneTraining.Trained untrained =
          new SceneTraining.Trained(gaussians, figures(backend, gaussians));
      PrintWriter words = spec.commandLine().getOut();
      words.print(
          MetricsJson.text(
              SceneTraining.metrics(
                  scene,
                  untrained,
                  config,
                  evaluation,
                  (System.nanoTime() - start) / 1e9,
                  Map.of(model.getFileName().toString(), score(loaded, evaluation)),
                  0)));
      words.flush();
    } finally {
      SceneFolders.delete(work);
    }
    return 0;
  }

  private FileScore score(PlyModel loaded, Evaluation evaluation) throws IOException {
    long bytes = ModelFormats.bytes(model);
    return new FileScore(
        bytes,
        evaluation.psnr(),
        evaluation.ssim(),
        null,
        (double) PlyFormat.bytes(loaded) / bytes,
        null,
        null,
        null);
  }

  /** Photograph on the left, render on the right. */
  private void writePair(String view, FloatImage rendered, FloatImage reference) {
    if (renders == null) {
      return;
    }
    int width = rendered.width();
    BufferedImage pair =
        new BufferedImage(2 * width, rendered.height(), BufferedImage.TYPE_INT_RGB);
    for (int p = 0; p < width * rendered.height(); p++) {
      pair.setRGB(p % width, p / width, rgb(reference, p));
      pair.setRGB(width + p % width, p / width, rgb(rendered, p));
    }
    Path file = renders.resolve(view.replace('/', '_') + ".png");
    try {
      Files.createDirectories(renders);
      ImageIO.write(pair, "png", file.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write %s: %s".formatted(file, e.getMessage()), e);
    }
  }

  private static int rgb(FloatImage image, int pixel) {
    int rgb = 0;
    for (int c = 0; c < 3; c++) {
      rgb = rgb << 8 | Math.round(255 * image.rgb()[3 * pixel + c]);
    }
    return rgb;
  }

  private static TrainingFigures figures(SplatBackend backend, Gaussians gaussians) {
    try (SplatModel loaded = backend.load(GaussianState.of(gaussians))) {
      return new TrainingFigures(
          0,
          StoppedBy.STEPS,
          0,
          0,
          loaded.gaussianStateBytes(),
          loaded.gaussianStateBytesFp32(),
          loaded.peakDeviceBytes(),
          -1,
          "",
          null,
          backend.name(),
          backend.device());
    }
  }
}
