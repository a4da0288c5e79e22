package org.splatline.gpu.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.splatline.gpu.gaussian.Gaussians;
import org.splatline.gpu.gaussian.ParameterFamily;

/**
 * Other people's readers and writers of model files, in Node: gpu/src/test/judges. One start takes
 * a second, so tasks are collected and run together.
 */
final class PublicTools {
  private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
  private static final Path INSTALLED = ROOT.resolve("target/judges");
  private static final Path SCRIPT = ROOT.resolve("gpu/src/test/judges/judge.mjs");

  private final Path folder;
  private final List<List<String>> tasks = new ArrayList<>();

  /** Skips the test where the tools aren't installed. */
  PublicTools(Path folder) {
    assumeTrue(
        Files.isRegularFile(INSTALLED.resolve("installed")),
        "no public tools for models in target/judges: apt-get install npm, then bin/test");
    this.folder = folder;
  }

  /**
   * Gaussians in a box of side 2 with rotations of each kind, and with scales, opacities and
   * colours up to what a .spz can hold.
   */
  static Gaussians model(int n, int shDegree) {
    Random random = new Random(shDegree);
    Gaussians gaussians = Gaussians.zeros(n, shDegree);
    int width = gaussians.width(ParameterFamily.SH_COEFFICIENTS);
    for (int i = 0; i < n; i++) {
      for (int k = 0; k < 3; k++) {
        gaussians.means()[3 * i + k] = 2 * random.nextFloat() - 1;
        gaussians.logScales()[3 * i + k] =
            switch (i % 50) {
              case 0 -> -10;
              case 1 -> 5.9f;
              default -> -10 + 15.9f * random.nextFloat();
            };
      }
      for (int k = 0; k < 4; k++) {
        gaussians.quats()[4 * i + k] = quat(i, k, random);
      }
      gaussians.logitOpacities()[i] =
          switch (i % 50) {
            case 4 -> 20;
            case 5 -> -20;
            default -> (float) (3 * random.nextGaussian());
          };
      for (int k = 0; k < width; k++) {
        double value = (k < 3 ? 1 : 0.2) * random.nextGaussian();
        double most = k < 3 ? 3 : 0.95;
        gaussians.shCoefficients()[width * i + k] = (float) Math.max(-most, Math.min(most, value));
      }
    }
    return gaussians;
  }

  /** The largest component is each of them, with each sign; of any length. */
  private static float quat(int i, int k, Random random) {
    float sign = i % 8 < 4 ? 1 : -1;
    return switch (i % 50) {
      case 2 -> k == i % 4 ? 3 * sign : 0; // an axis alone
      case 3 -> (((i / 50) >> k) & 1) == 0 ? 2 : -2; // all equally large
      default -> k == i % 4 ? sign : (float) (0.4 * random.nextGaussian());
    };
  }

  /** Adds a task of judge.mjs. */
  void add(String tool, Path in, Path out, String... options) {
    List<String> task = new ArrayList<>(List.of(tool, in.toString(), out.toString()));
    task.addAll(Arrays.asList(options));
    tasks.add(task);
  }

  /** Runs all tasks in their order. */
  void run() throws IOException, InterruptedException {
    Path list = folder.resolve("tasks.json");
    new ObjectMapper().writeValue(list.toFile(), tasks);
    // Node looks for packages beside the script.
    Path script = INSTALLED.resolve("judge-" + ProcessHandle.current().pid() + ".mjs");
    Files.copy(SCRIPT, script, StandardCopyOption.REPLACE_EXISTING);
    try {
      Process process =
          new ProcessBuilder(
                  INSTALLED.resolve("node_modules/.bin/node").toString(),
                  script.toString(),
                  list.toString())
              .redirectErrorStream(true)
              .start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor()).as(output).isZero();
    } finally {
      Files.delete(script);
    }
  }
}
