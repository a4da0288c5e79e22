package org.splatline.gpu.cli;

import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.splatline.gpu.backend.SplatBackend;
import org.splatline.gpu.config.Configuration;
import org.splatline.gpu.format.ExportConfig;
import org.splatline.gpu.metric.SceneMetrics;
import org.splatline.gpu.scene.Scene;
import org.splatline.gpu.train.SceneTraining;
import org.splatline.gpu.train.TrainConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code splatline train}: trains one scene without Spark. */
@Command(
    name = "train",
    description =
        "Train one scene. Writes model.FORMAT for each of export.formats, and metrics.json. Does not"
            + " need Spark.")
final class TrainCommand implements Callable<Integer> {
  @Option(
      names = "--scene",
      required = true,
      paramLabel = "DIR",
      description = "scene folder: images/ with sparse/0/ or transforms*.json")
  private Path folder;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "folder for the results and checkpoints; created if it does not exist")
  private Path out;

  @Option(
      names = "--backend",
      paramLabel = "NAME",
      description = "auto, cpu or cuda; auto uses the GPU if there is one (default: auto)")
  private String backendName;

  @Option(names = "--steps", paramLabel = "N", description = "training steps (default: 30000)")
  private Integer steps;

  @Option(
      names = "--seed",
      paramLabel = "S",
      description = "seed of all random choices (default: 42)")
  private Long seed;

  @Option(
      names = "--max-device-memory",
      paramLabel = "SIZE",
      description =
          "most memory to use on the GPU, for example 8GiB; it limits how many Gaussians there can"
              + " be (default: no limit)")
  private String maxDeviceMemory;

  @Option(
      names = "--json",
      description =
          "print one JSON line with the metrics and the most memory in use, for measuring")
  private boolean json;

  @Mixin private ConfigOptions options;

  @Override
  public Integer call() throws IOException {
    Configuration configuration =
        options
            .reader("vanilla")
            .flag("train.backend", backendName)
            .flag("train.steps", steps)
            .flag("train.seed", seed)
            .flag("gpu.max-memory", maxDeviceMemory)
            .read();
    TrainConfig config = TrainConfig.of(configuration);
    ExportConfig export = configuration.section("export", ExportConfig.class);
    try (OutFolder held = OutFolder.take(out, "splatline train")) {
      train(SceneFolders.open(folder, held.path(), configuration), config, export);
    }
    return 0;
  }

  private void train(Scene scene, TrainConfig config, ExportConfig export) throws IOException {
    try (HostMemory memory = new HostMemory();
        SplatBackend backend =
            Backends.open(config.train().backend(), config.train().threads(), config.gpu())) {
      System.err.printf(
          "scene %s: %d training views, %d held out, %,d points; profile %s, %,d steps, %s%n",
          scene.id(),
          scene.trainViews().size(),
          scene.testViews().size(),
          scene.points().size(),
          config.profile(),
          config.train().steps(),
          backend.device());
      SceneTraining.Outcome outcome =
          SceneTraining.run(
              scene,
              config,
              export,
              backend,
              out,
              ProgressLine.toStandardError(scene.id(), config.train().progressEvery()));
      System.out.println(json ? json(outcome.metrics(), memory) : summary(outcome.metrics(), out));
    }
  }

  /** The figures of metrics.json that a measurement needs, and the host's memory. */
  private static String json(SceneMetrics m, HostMemory memory) throws IOException {
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("steps", m.steps());
    figures.put("views_train", m.viewsTrain());
    figures.put("width", m.width());
    figures.put("height", m.height());
    figures.put("gaussians", m.gaussians());
    figures.put("psnr", m.psnr());
    figures.put("train_seconds", m.trainSeconds());
    figures.put("total_seconds", m.totalSeconds());
    figures.put("quality_detail", m.qualityDetail());
    figures.put("peak_heap_bytes", memory.peakHeapBytes());
    figures.put("peak_resident_bytes", HostMemory.peakResidentBytes());
    figures.put("peak_device_bytes", m.peakDeviceBytes());
    figures.put("device", m.device());
    return new ObjectMapper().writeValueAsString(figures);
  }

  private static String summary(SceneMetrics m, Path out) {
    return String.format(
        Locale.ROOT,
        "%s: %.2f dB, SSIM %.4f%s on %d held-out views; %,d Gaussians; %d steps in %.1f s; %.1f"
            + " pictures/s%n%s%smetrics  %s",
        m.qualityWord(),
        m.psnr(),
        m.ssim(),
        m.lpips() == null
            ? ""
            : String.format(Locale.ROOT, ", LPIPS %.4f (%s)", m.lpips(), m.lpipsConvention()),
        m.viewsTest(),
        m.gaussians(),
        m.steps(),
        m.trainSeconds(),
        m.renderFps(),
        m.qualityDetail().isEmpty() ? "" : "what would help: %s%n".formatted(m.qualityDetail()),
        m.fileScores().keySet().stream()
            .map(file -> "model    %s%n".formatted(out.resolve(file)))
            .collect(joining()),
        out.resolve("metrics.json"));
  }
}
