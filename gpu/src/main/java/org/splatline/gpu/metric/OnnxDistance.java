package org.splatline.gpu.metric;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;

/**
 * A network from two pictures to one number, run by ONNX Runtime on the CPU. Only this class needs
 * ONNX Runtime. Without ONNX Runtime, its first use throws a {@link LinkageError}.
 */
final class OnnxDistance implements AutoCloseable {
  private static final long ANY = -1;
  private static final int TRIAL_WIDTH = 64; // the official networks need at least 31 px per side
  private static final int TRIAL_HEIGHT = 48;
  private static final double TRIAL_BOUND = 1e-6;

  private final Path file;
  private final OrtEnvironment environment; // one per JVM, never closed
  private final OrtSession session;

  private OnnxDistance(Path file, OrtEnvironment environment, OrtSession session) {
    this.file = file;
    this.environment = environment;
    this.session = session;
  }

  /** Throws {@link SceneException} TOOL_INCOMPATIBLE when the file is not such a network. */
  static OnnxDistance open(Path file) {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    OnnxDistance distance = new OnnxDistance(file, environment, session(environment, file));
    try {
      distance.check();
    } catch (RuntimeException e) {
      distance.close();
      throw e;
    }
    return distance;
  }

  private static OrtSession session(OrtEnvironment environment, Path file) {
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setCPUArenaAllocator(false); // otherwise it keeps the memory of the largest view
      options.setSessionLogLevel(
          OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL); // errors are thrown as exceptions
      return environment.createSession(file.toString(), options);
    } catch (OrtException e) {
      throw unusable(file, "ONNX Runtime cannot load it: " + e.getMessage(), e);
    }
  }

  private void check() {
    checkPorts();
    double itself = trial();
    if (!(Math.abs(itself) <= TRIAL_BOUND)) {
      throw unusable(
          file, "its distance of a picture to itself is %s, not 0".formatted(itself), null);
    }
  }

  private void checkPorts() {
    try {
      Map<String, NodeInfo> inputs = session.getInputInfo();
      Map<String, NodeInfo> outputs = session.getOutputInfo();
      if (inputs.size() != 2 || outputs.size() != 1) {
        throw unusable(
            file,
            "it has the inputs %s and the outputs %s, need two and one"
                .formatted(inputs.keySet(), outputs.keySet()),
            null);
      }
      for (NodeInfo input : inputs.values()) {
        if (!isFloats(input) || !fits(shape(input), new long[] {1, 3, ANY, ANY})) {
          throw unusable(
              file, "its input %s, need FLOAT [1, 3, any, any]".formatted(words(input)), null);
        }
      }
      for (NodeInfo output : outputs.values()) {
        if (!isFloats(output) || Arrays.stream(shape(output)).anyMatch(side -> side > 1)) {
          throw unusable(file, "its output %s, need one FLOAT".formatted(words(output)), null);
        }
      }
    } catch (OrtException e) {
      throw unusable(file, e.getMessage(), e);
    }
  }

  private static boolean isFloats(NodeInfo port) {
    return port.getInfo() instanceof TensorInfo tensor && tensor.type == OnnxJavaType.FLOAT;
  }

  private static long[] shape(NodeInfo port) {
    return port.getInfo() instanceof TensorInfo tensor ? tensor.getShape() : new long[0];
  }

  /**
   * Whether a declared shape accepts the pictures of {@code needed}. A free side accepts any size.
   */
  private static boolean fits(long[] declared, long[] needed) {
    boolean fits = declared.length == needed.length;
    for (int i = 0; fits && i < needed.length; i++) {
      fits = declared[i] == ANY || declared[i] == needed[i];
    }
    return fits;
  }

  private double trial() {
    float[] picture = new float[3 * TRIAL_HEIGHT * TRIAL_WIDTH];
    for (int i = 0; i < picture.length; i++) {
      picture[i] = (float) i / picture.length;
    }
    try {
      return run(picture, picture, TRIAL_WIDTH, TRIAL_HEIGHT);
    } catch (OrtException e) {
      throw unusable(
          file,
          "it does not accept pictures of %d x %d px: %s"
              .formatted(TRIAL_WIDTH, TRIAL_HEIGHT, e.getMessage()),
          e);
    }
  }

  /**
   * The distance that the network computes for two pictures.
   *
   * @param first [3, H, W]; {@code second} has the same shape
   * @throws SceneException TOOL_INCOMPATIBLE when it does not accept them or its result is not
   *     finite
   */
  double of(float[] first, float[] second, int width, int height) {
    try {
      double distance = run(first, second, width, height);
      if (!Double.isFinite(distance)) {
        throw untaken(width, height, "its result is " + distance, null);
      }
      return distance;
    } catch (OrtException e) {
      throw untaken(width, height, e.getMessage(), e);
    }
  }

  private double run(float[] first, float[] second, int width, int height) throws OrtException {
    long[] shape = {1, 3, height, width};
    try (OnnxTensor a = OnnxTensor.createTensor(environment, FloatBuffer.wrap(first), shape);
        OnnxTensor b = OnnxTensor.createTensor(environment, FloatBuffer.wrap(second), shape);
        OrtSession.Result result = session.run(feed(a, b))) {
      FloatBuffer numbers = ((OnnxTensor) result.get(0)).getFloatBuffer();
      if (numbers.remaining() != 1) {
        throw unusable(
            file, "its result has %d numbers, not one".formatted(numbers.remaining()), null);
      }
      return numbers.get(0);
    }
  }

  private static String words(NodeInfo port) {
    return port.getInfo() instanceof TensorInfo tensor
        ? "%s is %s %s"
            .formatted(port.getName(), tensor.type, Arrays.toString(tensor.getShape()))
            .replace("-1", "any")
        : port.getName() + " is not a tensor";
  }

  /** The pictures in the order of the file's inputs. */
  private Map<String, OnnxTensor> feed(OnnxTensor... pictures) {
    Map<String, OnnxTensor> feed = new HashMap<>();
    for (String input : session.getInputNames()) {
      feed.put(input, pictures[feed.size()]);
    }
    return feed;
  }

  private static SceneException unusable(Path file, String why, Exception cause) {
    return new SceneException(
        Verdict.TOOL_INCOMPATIBLE,
        "Cannot use LPIPS model %s: %s. Export it as docs/lpips.md describes"
            .formatted(file, why.strip()),
        cause);
  }

  private SceneException untaken(int width, int height, String why, Exception cause) {
    return new SceneException(
        Verdict.TOOL_INCOMPATIBLE,
        "Cannot measure LPIPS of pictures of %d x %d px with %s: %s. Use another size with image.reduce, or leave quality.lpips-model empty"
            .formatted(width, height, file, why.strip()),
        cause);
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException("Cannot close %s".formatted(file), e);
    }
  }
}
