package org.splatline.gpu.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.splatline.gpu.backend.AdamSettings;
import org.splatline.gpu.backend.RenderSettings;
import org.splatline.gpu.backend.StepSettings;
import org.splatline.gpu.cuda.CudaBackend;
import org.splatline.gpu.cuda.CudaBenchmark;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code splatline bench}: times training steps on the GPU, each kernel by itself; one JSON line.
 *
 * <pre>splatline bench --synthetic 1000000 --size 980x545</pre>
 */
@Command(name = "bench", description = "Time training steps, kernel by kernel; one JSON line.")
final class BenchCommand implements Callable<Integer> {
  @Option(names = "--synthetic", paramLabel = "N", description = "a seeded scene of N Gaussians")
  private int synthetic = 1_000_000;

  @Option(names = "--size", paramLabel = "WxH", description = "of its pictures, px")
  private String size = "980x545";

  @Option(names = "--steps", description = "timed steps (default: ${DEFAULT-VALUE})")
  private int steps = 200;

  @Option(names = "--seed", description = "of the scene (default: ${DEFAULT-VALUE})")
  private long seed = 1;

  @Override
  public Integer call() throws JsonProcessingException {
    String[] sides = size.split("x", 2);
    int width = Integer.parseInt(sides[0]);
    int height = Integer.parseInt(sides[1]);
    try (CudaBackend backend = new CudaBackend(0)) {
      BenchScene.Training scene = BenchScene.of(synthetic, width, height, seed, backend);
      CudaBenchmark.Result result =
          CudaBenchmark.measure(backend, scene.state(), scene.targets(), settings(), steps);
      System.out.println(
          new ObjectMapper().writeValueAsString(json(backend, result, width, height)));
    }
    return 0;
  }

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
      CudaBackend backend, CudaBenchmark.Result result, int width, int height) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("device", backend.device());
    json.put("gaussians", synthetic);
    json.put("width", width);
    json.put("height", height);
    json.put("seed", seed);
    json.put("steps", result.steps());
    json.put("steps_per_second", 1e3 / result.milliseconds());
    json.put("step_milliseconds", result.milliseconds());
    json.put("kernel_milliseconds", result.kernelMilliseconds());
    json.put("visible", result.visible());
    json.put("intersections", result.intersections());
    json.put("intersections_per_pixel", (double) result.intersections() / (width * height));
    json.put("peak_device_bytes", result.peakDeviceBytes());
    return json;
  }
}
