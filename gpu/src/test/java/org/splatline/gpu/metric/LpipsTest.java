package org.splatline.gpu.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.splatline.gpu.metric.OnnxFile.ANY;
import static org.splatline.gpu.metric.OnnxFile.DOUBLE;
import static org.splatline.gpu.metric.OnnxFile.FLOAT;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.splatline.gpu.metric.OnnxFile.Attribute;
import org.splatline.gpu.picture.FloatImage;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;

/** LPIPS of an invented network against plain loops, and files and machines it cannot use. */
class LpipsTest {
  private static final double TOLERANCE = 1e-6; // float32 in the network

  @TempDir static Path folder;
  private static Path model;

  @BeforeAll
  static void write() throws IOException {
    model = TinyLpips.write(folder);
  }

  private static FloatImage random(int width, int height, long seed) {
    FloatImage image = new FloatImage(width, height);
    Random random = new Random(seed);
    for (int i = 0; i < image.rgb().length; i++) {
      image.rgb()[i] = random.nextFloat();
    }
    return image;
  }

  @ParameterizedTest(name = "{2}, {0} x {1} px")
  @CsvSource({
    "1, 1, VGG",
    "1, 1, ALEX",
    "17, 23, VGG",
    "17, 23, ALEX",
    "64, 48, VGG",
    "65, 33, ALEX"
  })
  void agreesWithPlainLoops(int width, int height, Lpips.Convention convention) {
    try (Lpips lpips = Lpips.open(model, convention)) {
      for (long seed = 0; seed < 5; seed++) {
        FloatImage a = random(width, height, seed);
        FloatImage b = random(width, height, 100 + seed);
        double expected = TinyLpips.distance(a, b, convention);
        assertThat(expected).as("seed %d", seed).isGreaterThan(1e-4);
        assertThat(lpips.of(a, b)).as("seed %d", seed).isCloseTo(expected, within(TOLERANCE));
      }
    }
  }

  @Test
  void conventionsDiffer() {
    FloatImage a = random(20, 30, 1);
    FloatImage b = random(20, 30, 2);
    try (Lpips vgg = Lpips.open(model, Lpips.Convention.VGG);
        Lpips alex = Lpips.open(model, Lpips.Convention.ALEX)) {
      assertThat(vgg.of(a, b)).isNotCloseTo(alex.of(a, b), within(100 * TOLERANCE));
    }
  }

  @ParameterizedTest
  @EnumSource
  void equalPicturesAreAtDistanceZero(Lpips.Convention convention) {
    FloatImage image = random(33, 21, 3);
    FloatImage outside = new FloatImage(33, 21, image.rgb().clone());
    image.rgb()[5] = 1;
    outside.rgb()[5] = 1.5f; // clamped
    try (Lpips lpips = Lpips.open(model, convention)) {
      assertThat(lpips.of(outside, image)).isZero();
    }
  }

  @Test
  void refusesPicturesOfDifferentSizesAndUseAfterClose() {
    FloatImage image = random(4, 5, 1);
    Lpips lpips = Lpips.open(model, Lpips.Convention.VGG);
    try (lpips) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> lpips.of(image, random(5, 4, 1)))
          .withMessageContaining("4 x 5 and 5 x 4");
    }
    lpips.close();
    assertThatIllegalStateException()
        .isThrownBy(() -> lpips.of(image, image))
        .withMessageContaining("already closed");
  }

  private static void refuses(Path file, Verdict verdict, String... words) {
    assertThatThrownBy(() -> Lpips.open(file, Lpips.Convention.VGG))
        .isInstanceOf(SceneException.class)
        .hasMessageContainingAll(words)
        .extracting(e -> ((SceneException) e).verdict())
        .isEqualTo(verdict);
  }

  private static void refuses(OnnxFile model, String... words) throws IOException {
    Path file = Files.write(Files.createTempFile(folder, "bad", ".onnx"), model.bytes());
    refuses(file, Verdict.TOOL_INCOMPATIBLE, "Cannot use LPIPS model " + file, "docs/lpips.md");
    refuses(file, Verdict.TOOL_INCOMPATIBLE, words);
  }

  @Test
  void refusesAMissingFile() {
    Path absent = folder.resolve("absent.onnx");
    refuses(absent, Verdict.TOOL_MISSING, absent.toString(), "quality.lpips-model");
    refuses(folder, Verdict.TOOL_MISSING, "there is no file ");
  }

  @Test
  void refusesAFileThatIsNotOnnx() throws IOException {
    Path text = Files.writeString(folder.resolve("text.onnx"), "no network");
    refuses(text, Verdict.TOOL_INCOMPATIBLE, "Cannot use LPIPS model " + text, "cannot load it");
    Path empty = Files.createFile(folder.resolve("empty.onnx"));
    refuses(empty, Verdict.TOOL_INCOMPATIBLE, "Cannot use LPIPS model " + empty);
    byte[] whole = Files.readAllBytes(model);
    Path half = Files.write(folder.resolve("half.onnx"), Arrays.copyOf(whole, 700));
    refuses(half, Verdict.TOOL_INCOMPATIBLE, "Cannot use LPIPS model " + half, "cannot load it");
  }

  /** The mean difference of two inputs of these kinds. */
  private static OnnxFile difference(int type, long... shape) {
    return new OnnxFile()
        .input("a", type, shape)
        .input("b", type, shape)
        .node("Sub", "a b", "difference")
        .node("ReduceMean", "difference", "mean", new Attribute("keepdims", 0))
        .output("mean", type);
  }

  @Test
  void refusesOtherInputs() throws IOException {
    refuses(
        new OnnxFile()
            .input("picture", FLOAT, 1, 3, ANY, ANY)
            .node("ReduceMean", "picture", "mean", new Attribute("keepdims", 0))
            .output("mean", FLOAT),
        "inputs [picture] and the outputs [mean], need two and one");
    refuses(difference(DOUBLE, 1, 3, ANY, ANY), "its input a is DOUBLE [1, 3, any, any]");
    refuses(difference(FLOAT, 1, 3, 64, 64), "[1, 3, 64, 64], need FLOAT [1, 3, any, any]");
    refuses(difference(FLOAT, 1, 1, ANY, ANY), "[1, 1, any, any], need");
    refuses(difference(FLOAT, 2, 3, ANY, ANY), "[2, 3, any, any], need");
    refuses(difference(FLOAT, 3, ANY, ANY), "[3, any, any], need");
  }

  @Test
  void acceptsAFreeBatchAndAScalar() throws IOException {
    Path file = folder.resolve("free.onnx");
    Files.write(file, difference(FLOAT, ANY, 3, ANY, ANY).bytes());
    FloatImage white = new FloatImage(3, 5);
    Arrays.fill(white.rgb(), 1);
    try (Lpips lpips = Lpips.open(file, Lpips.Convention.ALEX)) {
      assertThat(lpips.of(white, new FloatImage(3, 5))).isCloseTo(2, within(TOLERANCE));
    }
  }

  @Test
  void refusesOtherOutputs() throws IOException {
    OnnxFile pictures =
        new OnnxFile().input("a", FLOAT, 1, 3, ANY, ANY).input("b", FLOAT, 1, 3, ANY, ANY);
    refuses(
        pictures.node("Sub", "a b", "map").output("map", FLOAT, 1, 3, ANY, ANY),
        "its output map is FLOAT [1, 3, any, any], need one FLOAT");
    OnnxFile undeclared =
        new OnnxFile().input("a", FLOAT, 1, 3, ANY, ANY).input("b", FLOAT, 1, 3, ANY, ANY);
    refuses(
        undeclared
            .node("Sub", "a b", "c")
            .node("ReduceMean", "c", "map", new Attribute("axes", 1))
            .output("map", FLOAT, 1, 1, ANY, ANY),
        "its result has 3072 numbers, not one");
  }

  @Test
  void refusesANetworkThatIsNotADistance() throws IOException {
    OnnxFile sum =
        new OnnxFile()
            .input("a", FLOAT, 1, 3, ANY, ANY)
            .input("b", FLOAT, 1, 3, ANY, ANY)
            .node("Add", "a b", "sum")
            .node("ReduceMean", "sum", "mean", new Attribute("keepdims", 0))
            .output("mean", FLOAT);
    refuses(sum, "its distance of a picture to itself is 0.99", ", not 0");
  }

  /** A network that needs at least 6 px per side. The official networks have such a limit too. */
  @Test
  void namesASizeThatIsNotAccepted() throws IOException {
    double[] kernel = new double[3 * 6 * 6];
    Arrays.fill(kernel, 1);
    OnnxFile large =
        new OnnxFile()
            .input("a", FLOAT, 1, 3, ANY, ANY)
            .input("b", FLOAT, 1, 3, ANY, ANY)
            .weights("kernel", kernel, 1, 3, 6, 6)
            .node("Sub", "a b", "difference")
            .node("Conv", "difference kernel", "convolved")
            .node("ReduceMean", "convolved", "mean", new Attribute("axes", 1, 2, 3))
            .output("mean", FLOAT, 1, 1, 1, 1);
    Path file = Files.write(folder.resolve("large.onnx"), large.bytes());
    try (Lpips lpips = Lpips.open(file, Lpips.Convention.VGG)) {
      assertThat(lpips.of(random(6, 6, 1), random(6, 6, 1))).isZero();
      assertThatThrownBy(() -> lpips.of(random(5, 4, 1), random(5, 4, 1)))
          .isInstanceOf(SceneException.class)
          .hasMessageContainingAll("pictures of 5 x 4 px", file.toString(), "image.reduce");
    }
  }

  /** Runs in its own JVM without ONNX Runtime, as a trainer does by default. */
  @Test
  void namesTheJarToAddWithoutOnnxRuntime() throws IOException, InterruptedException {
    String classPath =
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> !entry.contains("onnxruntime"))
            .collect(Collectors.joining(File.pathSeparator));
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Process process =
        new ProcessBuilder(
                List.of(java, "-cp", classPath, OpenLpips.class.getName(), model.toString()))
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    assertThat(output.strip())
        .startsWith("TOOL_MISSING Cannot measure LPIPS: ONNX Runtime is not on the class path.")
        .contains("com.microsoft.onnxruntime:onnxruntime", "docs/lpips.md", "quality.lpips-model");
  }

  /** Opens the network in a file and prints the result. */
  static final class OpenLpips {
    private OpenLpips() {}

    public static void main(String[] arguments) {
      try (Lpips lpips = Lpips.open(Path.of(arguments[0]), Lpips.Convention.VGG)) {
        System.out.println("opened " + lpips.of(new FloatImage(8, 8), new FloatImage(8, 8)));
      } catch (SceneException e) {
        System.out.println(e.verdict() + " " + e.getMessage());
      }
    }
  }
}
