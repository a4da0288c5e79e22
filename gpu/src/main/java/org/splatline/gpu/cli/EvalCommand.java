package org.splatline.gpu.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.splatline.gpu.backend.Backends;
import org.splatline.gpu.backend.SplatBackend;
import org.splatline.gpu.backend.SplatModel;
import org.splatline.gpu.format.PlyFormat;
import org.splatline.gpu.gaussian.GaussianState;
import org.splatline.gpu.gaussian.Gaussians;
import org.splatline.gpu.metric.Evaluation;
import org.splatline.gpu.metric.MetricsJson;
import org.splatline.gpu.scene.Scene;
import org.splatline.gpu.train.Evaluator;
import org.splatline.gpu.train.SceneTraining;
import org.splatline.gpu.train.StoppedBy;
import org.splatline.gpu.train.TrainConfig;
import org.splatline.gpu.train.TrainResult;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code splatline eval}: scores any 3DGS .ply; prints the keys of metrics.json. */
@Command(name = "eval", description = "Score a 3DGS .ply on a scene's held-out views.")
final class EvalCommand implements Callable<Integer> {
  @Option(names = "--model", required = true, paramLabel = "FILE", description = "a 3DGS .ply")
  private Path model;

  @Option(
      names = "--scene",
      required = true,
      paramLabel = "DIR",
      description = "images/ with sparse/0/ or transforms*.json")
  private Path folder;

  @Option(names = "--backend", paramLabel = "NAME", description = "auto or cpu")
  private String backendName;

  @Mixin private ConfigOptions options;

  @Override
  public Integer call() throws IOException {
    long start = System.nanoTime();
    TrainConfig config =
        options.reader("vanilla").flag("train.backend", backendName).read().trainConfig();
    Gaussians gaussians = PlyFormat.read(model);
    Path work = Files.createTempDirectory("splatline-eval");
    try (SplatBackend backend = Backends.open(config.train().backend(), config.train().threads())) {
      Scene scene = SceneFolders.open(folder, work, config.train());
      Evaluation evaluation = Evaluator.evaluate(backend, gaussians, scene, config);
      TrainResult untrained = untrained(backend, gaussians);
      System.out.print(
          MetricsJson.text(
              SceneTraining.evaluated(
                  scene,
                  config,
                  backend,
                  untrained,
                  evaluation,
                  (System.nanoTime() - start) / 1e9,
                  Map.of(model.getFileName().toString(), Files.size(model)))));
    } finally {
      SceneFolders.delete(work);
    }
    return 0;
  }

  private static TrainResult untrained(SplatBackend backend, Gaussians gaussians) {
    try (SplatModel loaded = backend.load(GaussianState.of(gaussians))) {
      return new TrainResult(
          gaussians,
          0,
          StoppedBy.STEPS,
          0,
          loaded.gaussianStateBytes(),
          loaded.peakDeviceBytes(),
          List.of());
    }
  }
}
