package org.splatline.gpu.cli;

import static org.splatline.gpu.Checks.checkArgument;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Stream;
import org.splatline.gpu.backend.AdamSettings;
import org.splatline.gpu.backend.RenderSettings;
import org.splatline.gpu.backend.StepSettings;
import org.splatline.gpu.config.Configuration;
import org.splatline.gpu.cuda.CudaBackend;
import org.splatline.gpu.cuda.CudaBenchmark;
import org.splatline.gpu.cuda.FeatureBenchmark;
import org.splatline.gpu.format.ModelFormats;
import org.splatline.gpu.gaussian.Gaussians;
import org.splatline.gpu.gaussian.InitialGaussians;
import org.splatline.gpu.gaussian.TrainingState;
import org.splatline.gpu.picture.PictureReader;
import org.splatline.gpu.scene.Intrinsics;
import org.splatline.gpu.scene.Scene;
import org.splatline.gpu.sift.GreyPicture;
import org.splatline.gpu.train.PreparedScene;
import org.splatline.gpu.train.TrainConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code splatline bench}: times training steps, or the extraction of features, on the GPU, kernel
 * by kernel. Prints one JSON line; for features one per photograph.
 *
 * <pre>
 * splatline bench --synthetic 1000000 --size 980x545
 * splatline bench --scene scenes/fox --model models/fox/model.ply --set image.reduce=4
 * splatline bench --features scenes/fox/images
 * </pre>
 */
@Command(
    name = "bench",
    description =
        "Time training steps, or finding features, on the GPU, kernel by kernel. Prints JSON lines.")
final class BenchCommand implements Callable<Integer> {
  private static final int FEATURES = 8192; // as structure from motion asks for
  private static final int REPEATS = 9;

  @Option(
      names = "--synthetic",
      paramLabel = "N",
      description = "measure on a random scene of N Gaussians (default: ${DEFAULT-VALUE})")
  private int synthetic = 1_000_000;

  @Option(
      names = "--size",
      paramLabel = "WxH",
      defaultValue = "980x545",
      converter = PixelSize.Converter.class,
      description = "size of its pictures in px (default: ${DEFAULT-VALUE})")
  private PixelSize size;

  @Option(
      names = "--scene",
      paramLabel = "DIR",
      description = "measure on this scene folder instead")
  private Path folder;

  @Option(
      names = "--model",
      paramLabel = "FILE",
      description = "with --scene: take the Gaussians of this .ply (default: the scene's points)")
  private Path model;

  @Option(
      names = "--features",
      paramLabel = "DIR",
      description = "measure how features are found in the photographs of this folder instead")
  private Path photographs;

  @Mixin private ConfigOptions options;

  @Option(
      names = "--steps",
      paramLabel = "N",
      description = "steps to time (default: ${DEFAULT-VALUE})")
  private int steps = 200;

  @Option(
      names = "--seed",
      paramLabel = "S",
      description = "seed of the random scene (default: ${DEFAULT-VALUE})")
  private long seed = 1;

  @Override
  public Integer call() throws IOException {
    Configuration configuration = options.read("vanilla");
    TrainConfig config = TrainConfig.of(configuration);
    checkArgument(synthetic > 0, "Invalid --synthetic: %s is not above 0", synthetic);
    checkArgument(steps > 0, "Invalid --steps: %s is not above 0", steps);
    if (photographs != null) {
      features(config);
      return 0;
    }
    CudaBenchmark.Order order =
        config.densify().reorderEvery() > 0
            ? CudaBenchmark.Order.MORTON
            : CudaBenchmark.Order.GIVEN;
    try (CudaBackend backend = new CudaBackend(config.gpu());
        BenchScene.Training scene = folder == null ? synthetic(backend) : real(configuration)) {
      CudaBenchmark.Result result =
          CudaBenchmark.measure(backend, scene.state(), scene.targets(), settings(), steps, order);
      System.out.println(
          new ObjectMapper().writeValueAsString(json(backend, scene, order, result)));
    }
    return 0;
  }

  private void features(TrainConfig config) throws IOException {
    List<Path> files;
    try (Stream<Path> listed = Files.list(photographs)) {
      files = listed.filter(Files::isRegularFile).sorted().toList();
    }
    try (CudaBackend backend = new CudaBackend(config.gpu())) {
      for (Path file : files) {
        long start = System.nanoTime();
        GreyPicture picture = GreyPicture.of(PictureReader.read(file));
        double decoding = (System.nanoTime() - start) / 1e6;
        FeatureBenchmark.Result result =
            FeatureBenchmark.measure(backend, picture, FEATURES, REPEATS);
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("device", backend.device());
        json.put("photograph", file.getFileName().toString());
        json.put("width", picture.width());
        json.put("height", picture.height());
        json.put("features", result.features());
        json.put("decode_milliseconds", decoding);
        json.put("milliseconds", result.milliseconds());
        json.put("kernel_milliseconds", result.kernels());
        json.put("device_bytes", result.deviceBytes());
        System.out.println(new ObjectMapper().writeValueAsString(json));
      }
    }
  }

  private BenchScene.Training synthetic(CudaBackend backend) {
    return BenchScene.of(synthetic, size.width(), size.height(), seed, backend);
  }

  private BenchScene.Training real(Configuration configuration) throws IOException {
    TrainConfig config = TrainConfig.of(configuration);
    Path work = Files.createTempDirectory("splatline-bench");
    try {
      Scene scene = SceneFolders.open(folder, work, configuration);
      Gaussians gaussians =
          model == null
              ? InitialGaussians.from(scene.points(), config.train().shDegree())
              : ModelFormats.read(model).gaussians();
      PreparedScene prepared = PreparedScene.of(scene, config, work);
      return new BenchScene.Training(
          TrainingState.of(gaussians), prepared.targets(), Optional.of(prepared));
    } finally {
      SceneFolders.delete(work);
    }
  }

  /** The same for every measurement, so that results compare. They hardly change a step's time. */
  private static StepSettings settings() {
    return new StepSettings(
        1,
        new RenderSettings(3, 0, 0, 0),
        0.2f,
        new AdamSettings(
            1e-5f,
            1e-3f,
            5e-3f,
            0.025f,
            2.5e-3f,
            1.25e-4f,
            0.9f,
            0.999f,
            1e-15f,
            AdamSettings.Update.VISIBLE),
        true);
  }

  private Map<String, Object> json(
      CudaBackend backend,
      BenchScene.Training scene,
      CudaBenchmark.Order order,
      CudaBenchmark.Result result) {
    CudaBenchmark.Counts counts = result.counts();
    Intrinsics picture = scene.targets().get(0).camera().intrinsics();
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("device", backend.device());
    json.put("gaussians", scene.state().size());
    json.put("width", picture.width());
    json.put("height", picture.height());
    json.put("seed", seed);
    json.put("steps", result.steps());
    json.put("order", order.name().toLowerCase(Locale.ROOT));
    json.put("steps_per_second", 1e3 / result.milliseconds());
    json.put("step_milliseconds", result.milliseconds());
    json.put("render_milliseconds", result.renderMilliseconds());
    json.put("kernel_milliseconds", column(result, CudaBenchmark.KernelFigures::milliseconds));
    json.put("kernel_bytes", column(result, CudaBenchmark.KernelFigures::bytes));
    json.put("kernel_flops", column(result, CudaBenchmark.KernelFigures::flops));
    json.put("kernel_bandwidth_share", column(result, CudaBenchmark.KernelFigures::bandwidthShare));
    json.put("copy_bytes_per_second", result.copyBytesPerSecond());
    json.put("visible", counts.visible());
    json.put("intersections", counts.intersections());
    json.put(
        "intersections_per_pixel",
        (double) counts.intersections() / (picture.width() * picture.height()));
    json.put("evaluated_pairs", counts.evaluatedPairs());
    json.put("contributing_pairs", counts.contributingPairs());
    json.put("peak_device_bytes", result.peakDeviceBytes());
    return json;
  }

  /** One figure per kernel. */
  private static Map<String, Number> column(
      CudaBenchmark.Result result, Function<CudaBenchmark.KernelFigures, Number> figure) {
    Map<String, Number> column = new LinkedHashMap<>();
    result.kernels().forEach((name, figures) -> column.put(name, figure.apply(figures)));
    return column;
  }
}
