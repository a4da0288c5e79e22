package org.splatline.gpu.format;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import org.splatline.gpu.gaussian.Gaussians;
import org.splatline.gpu.gaussian.MortonOrder;
import org.splatline.gpu.gaussian.SphericalHarmonics;
import org.splatline.gpu.io.AtomicFile;

/**
 * Writes a {@code .compressed.ply}: 16 bytes a Gaussian, 3 more for each coefficient of bands 1 to
 * 3, and 72 for every 256 ({@link CompressedPlyLayout}). {@link PlyFormat#read} reads it.
 */
public final class CompressedPlyFormat {
  private static final float MAX_LOG_SCALE = 20; // as PlayCanvas: beyond, bounds get too coarse

  private final OutputStream out;
  private final Gaussians gaussians;
  private final int[] rows; // of the Gaussians, in the order of the file

  private CompressedPlyFormat(OutputStream out, Gaussians gaussians) {
    this.out = out;
    this.gaussians = gaussians;
    this.rows = MortonOrder.rows(gaussians.means());
  }

  /**
   * Writes the whole file or nothing; see {@link AtomicFile}. Gaussians are written in {@link
   * MortonOrder}, so that those of a chunk are near each other. The model's {@link PlyModel#enu}
   * decides the frame of the rows. Comments are those of {@link PlyFormat}.
   */
  public static void write(PlyModel model, Path file) {
    Gaussians gaussians = model.inFileFrame();
    try {
      AtomicFile.write(file, out -> new CompressedPlyFormat(out, gaussians).write(model));
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Cannot write %s: %s. Use a folder that can be written to.".formatted(file, e), e);
    }
  }

  private void write(PlyModel model) throws IOException {
    out.write(header(model).getBytes(StandardCharsets.US_ASCII));
    int n = gaussians.size();
    float[][] bounds = new float[CompressedPlyLayout.chunks(n)][];
    for (int c = 0; c < bounds.length; c++) {
      bounds[c] = bounds(c * CompressedPlyLayout.CHUNK);
      byte[] chunk = new byte[Float.BYTES * bounds[c].length];
      ByteBuffer floats = littleEndian(chunk);
      for (float bound : bounds[c]) {
        floats.putFloat(bound);
      }
      out.write(chunk);
    }
    byte[] row = new byte[Integer.BYTES * CompressedPlyLayout.PACKED.size()];
    ByteBuffer words = littleEndian(row);
    for (int i = 0; i < n; i++) {
      putWords(rows[i], bounds[i / CompressedPlyLayout.CHUNK], words.clear());
      out.write(row);
    }
    byte[] rest = new byte[3 * (SphericalHarmonics.count(gaussians.shDegree()) - 1)];
    for (int i = 0; i < n && rest.length > 0; i++) {
      setRest(rows[i], rest);
      out.write(rest);
    }
  }

  private static ByteBuffer littleEndian(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private String header(PlyModel model) {
    int n = gaussians.size();
    StringBuilder header = new StringBuilder(PlyFormat.headerStart(model));
    header.append("element chunk ").append(CompressedPlyLayout.chunks(n)).append('\n');
    for (String name : CompressedPlyLayout.BOUNDS) {
      header.append("property float ").append(name).append('\n');
    }
    header.append("element vertex ").append(n).append('\n');
    for (String name : CompressedPlyLayout.PACKED) {
      header.append("property uint ").append(name).append('\n');
    }
    if (gaussians.shDegree() > 0) {
      header.append("element sh ").append(n).append('\n');
    }
    for (int k = 0; k < 3 * (SphericalHarmonics.count(gaussians.shDegree()) - 1); k++) {
      header.append("property uchar f_rest_").append(k).append('\n');
    }
    return header.append("end_header\n").toString();
  }

  /** {@link CompressedPlyLayout#BOUNDS} of the chunk that starts at {@code first} of the rows. */
  private float[] bounds(int first) {
    float[] bounds = new float[CompressedPlyLayout.BOUNDS.size()];
    for (int family = 0; family < 3; family++) {
      for (int k = 0; k < 3; k++) {
        float low = Float.POSITIVE_INFINITY;
        float high = Float.NEGATIVE_INFINITY;
        int end = Math.min(gaussians.size(), first + CompressedPlyLayout.CHUNK);
        for (int i = first; i < end; i++) {
          float value = (float) value(rows[i], family, k);
          low = Math.min(low, value);
          high = Math.max(high, value);
        }
        bounds[6 * family + k] = low;
        bounds[6 * family + 3 + k] = high;
      }
    }
    return bounds;
  }

  /** Coordinate k of the position (family 0), log scale (1) or base colour (2). */
  private double value(int i, int family, int k) {
    return switch (family) {
      case 0 -> gaussians.means()[3 * i + k];
      case 1 -> Math.max(-MAX_LOG_SCALE, Math.min(MAX_LOG_SCALE, gaussians.logScales()[3 * i + k]));
      default -> {
        int width = 3 * SphericalHarmonics.count(gaussians.shDegree());
        yield Quantisation.color(gaussians.shCoefficients()[width * i + k]);
      }
    };
  }

  private void putWords(int i, float[] bounds, ByteBuffer words) {
    double[] color = Arrays.copyOf(shares(i, 2, bounds), 4);
    color[3] = Quantisation.sigmoid(gaussians.logitOpacities()[i]);
    double[] wxyz = new double[4];
    Quantisation.unitQuat(gaussians.quats(), i, wxyz);
    words
        .putInt(CompressedPlyLayout.packVector(shares(i, 0, bounds)))
        .putInt(CompressedPlyLayout.packRotation(wxyz))
        .putInt(CompressedPlyLayout.packVector(shares(i, 1, bounds)))
        .putInt(CompressedPlyLayout.packBytes(color));
  }

  /** How far, from 0 to 1, the values are from the lower to the upper bound. */
  private double[] shares(int i, int family, float[] bounds) {
    double[] shares = new double[3];
    for (int k = 0; k < 3; k++) {
      double low = bounds[6 * family + k];
      double extent = bounds[6 * family + 3 + k] - low;
      shares[k] = extent > 0 ? (value(i, family, k) - low) / extent : 0;
    }
    return shares;
  }

  /** All of red, then green, then blue. */
  private void setRest(int i, byte[] rest) {
    int count = SphericalHarmonics.count(gaussians.shDegree());
    int at = 0;
    for (int channel = 0; channel < 3; channel++) {
      for (int k = 1; k < count; k++) {
        rest[at++] =
            CompressedPlyLayout.packCoefficient(
                gaussians.shCoefficients()[3 * (count * i + k) + channel]);
      }
    }
  }
}
