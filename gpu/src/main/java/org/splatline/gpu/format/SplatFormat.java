package org.splatline.gpu.format;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.splatline.gpu.gaussian.Gaussians;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;

/**
 * Reads a {@code .splat}: 32 bytes a Gaussian without a header: position and scale (not its
 * logarithm), 3 floats each; base colour and opacity, 4 bytes; quaternion wxyz, 4 bytes around 128.
 * It has no spherical harmonics above band 0.
 */
public final class SplatFormat {
  private static final int BYTES = 32;

  /** Stands for a scale of 0, which has no logarithm. */
  private static final float MIN_LOG_SCALE = -20;

  private SplatFormat() {}

  /**
   * Reads a model; it is in the frame of its rows.
   *
   * @throws SceneException UNSUPPORTED_INPUT when the file is missing, its length is not a multiple
   *     of 32 bytes, or it holds too many Gaussians
   */
  public static PlyModel read(Path file) {
    if (!Files.isRegularFile(file)) {
      throw broken(file, "there is no such file");
    }
    try (InputStream input = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
      return new PlyModel(read(file, input, Files.size(file)), false);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + file, e);
    }
  }

  private static Gaussians read(Path file, InputStream input, long bytes) throws IOException {
    if (bytes % BYTES != 0) {
      throw broken(file, "%d bytes are not a multiple of %d".formatted(bytes, BYTES));
    }
    if (bytes / BYTES > Integer.MAX_VALUE / 4) {
      throw broken(file, "%d Gaussians are too many".formatted(bytes / BYTES));
    }
    Gaussians gaussians = Gaussians.zeros((int) (bytes / BYTES), 0);
    ByteBuffer row = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < gaussians.size(); i++) {
      if (input.readNBytes(row.array(), 0, BYTES) < BYTES) {
        throw broken(file, "it ends within Gaussian %d of %d".formatted(i + 1, gaussians.size()));
      }
      setRow(row, i, gaussians);
    }
    return gaussians;
  }

  private static void setRow(ByteBuffer row, int i, Gaussians to) {
    for (int k = 0; k < 3; k++) {
      to.means()[3 * i + k] = row.getFloat(4 * k);
      float scale = row.getFloat(12 + 4 * k);
      to.logScales()[3 * i + k] = scale == 0 ? MIN_LOG_SCALE : (float) Math.log(scale);
      to.shCoefficients()[3 * i + k] =
          Quantisation.coefficient(Quantisation.fromSteps(row.get(24 + k), 8));
    }
    to.logitOpacities()[i] = Quantisation.logitOpacity(row.get(27) & 0xff);
    for (int k = 0; k < 4; k++) {
      to.quats()[4 * i + k] = ((row.get(28 + k) & 0xff) - 128) / 128f;
    }
    double[] unit = new double[4];
    Quantisation.unitQuat(to.quats(), i, unit);
    for (int k = 0; k < 4; k++) {
      to.quats()[4 * i + k] = (float) unit[k];
    }
  }

  private static SceneException broken(Path file, String why) {
    return new SceneException(
        Verdict.UNSUPPORTED_INPUT,
        "Cannot read Gaussians from %s: %s. Export it again, best as a 3DGS .ply."
            .formatted(file, why));
  }
}
