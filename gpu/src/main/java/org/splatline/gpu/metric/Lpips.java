package org.splatline.gpu.metric;

import static org.splatline.gpu.Checks.checkState;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.splatline.gpu.io.Sha256;
import org.splatline.gpu.picture.FloatImage;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;

/**
 * Learned perceptual image patch similarity: the distance of two pictures in the features of a
 * network trained on photographs, 0 for equal pictures (Zhang et al. 2018, "The Unreasonable
 * Effectiveness of Deep Features as a Perceptual Metric", equation 1).
 *
 * <p>The user provides the network as an ONNX file that computes the whole distance, from two
 * pictures to one number: docs/lpips.md. Only one thread at a time may use it.
 */
public final class Lpips implements AutoCloseable {
  private final OnnxDistance network;
  private final Convention convention;
  private boolean closed;

  private Lpips(OnnxDistance network, Convention convention) {
    this.network = network;
    this.convention = convention;
  }

  /**
   * The network and the range of its inputs. Values of different conventions cannot be compared.
   */
  public enum Convention {
    /** The VGG network with inputs in [0, 1]: what Kerbl et al. 2023 and its successors report. */
    VGG(1, 0),
    /** The Alex network with inputs in [-1, 1], the range that both networks were made for. */
    ALEX(2, -1);

    private final float factor;
    private final float summand;

    Convention(float factor, float summand) {
      this.factor = factor;
      this.summand = summand;
    }

    /** The name in configuration, metrics.json and tables. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    private float fed(double value) {
      return (float) (factor * value + summand);
    }
  }

  /**
   * Loads the network and tests it on a small picture. The caller closes it.
   *
   * @param model a local file
   * @throws SceneException TOOL_MISSING without the file or ONNX Runtime, TOOL_INCOMPATIBLE when
   *     the file is not a network from two pictures [1, 3, H, W] of any size to one number
   */
  public static Lpips open(Path model, Convention convention) {
    requireFile(model);
    try {
      return new Lpips(OnnxDistance.open(model), convention);
    } catch (LinkageError e) {
      throw withoutRuntime(e);
    }
  }

  /**
   * SHA-256 of a network's file, hexadecimal: it says which network it is, wherever the file lies.
   *
   * @throws SceneException TOOL_MISSING without the file
   */
  public static String sum(Path model) throws IOException {
    requireFile(model);
    return Sha256.of(model);
  }

  private static void requireFile(Path model) {
    if (!Files.isRegularFile(model)) {
      throw new SceneException(
          Verdict.TOOL_MISSING,
          "Cannot measure LPIPS: there is no file %s on this machine. Set quality.lpips-model to a path that exists on the driver and on every machine that trains, or leave it empty"
              .formatted(model.toAbsolutePath()));
    }
  }

  private static SceneException withoutRuntime(LinkageError e) {
    if (e instanceof NoClassDefFoundError && e.getCause() instanceof ClassNotFoundException) {
      return new SceneException(
          Verdict.TOOL_MISSING,
          "Cannot measure LPIPS: ONNX Runtime is not on the class path. Add its jar (Maven's com.microsoft.onnxruntime:onnxruntime; see docs/lpips.md), or leave quality.lpips-model empty",
          e);
    }
    return new SceneException(
        Verdict.TOOL_INCOMPATIBLE,
        "Cannot measure LPIPS: ONNX Runtime does not start on this machine: %s. Leave quality.lpips-model empty here"
            .formatted(e.getCause() == null ? e : e.getCause()),
        e);
  }

  /**
   * The distance of two pictures of the same size. {@code rendered} is clamped to [0, 1].
   *
   * @throws SceneException TOOL_INCOMPATIBLE when the network does not accept pictures of this size
   */
  public double of(FloatImage rendered, FloatImage reference) {
    checkState(!closed, "Cannot measure LPIPS: already closed");
    Psnr.checkSameSize(rendered, reference);
    return network.of(planes(rendered), planes(reference), rendered.width(), rendered.height());
  }

  /** Converts [H, W, 3] to the [3, H, W] of the network, in its range. */
  private float[] planes(FloatImage image) {
    float[] rgb = image.rgb();
    int pixels = rgb.length / 3;
    float[] planes = new float[rgb.length];
    for (int c = 0; c < 3; c++) {
      for (int p = 0; p < pixels; p++) {
        planes[c * pixels + p] = convention.fed(Psnr.clamped(rgb[3 * p + c]));
      }
    }
    return planes;
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      network.close();
    }
  }
}
