package org.splatline.gpu.format;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.splatline.gpu.gaussian.Gaussians;
import org.splatline.gpu.gaussian.MortonOrder;
import org.splatline.gpu.gaussian.SphericalHarmonics;
import org.splatline.gpu.io.AtomicFile;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;

/** How a .spz file rounds a model: {@link SpzPrecision}, in {@link MortonOrder}. */
final class SpzRounding implements ModelRounding {
  private final PlyModel model;
  private final SpzFormat.Version version;
  private final SpzPrecision precision;
  private final int[] rows;

  /**
   * Throws {@link SceneException} UNSUPPORTED_INPUT when a parameter is not finite, or a position
   * is farther from the origin than the format can hold.
   *
   * @param psnr of the model, dB
   * @param loss by which the rounding of bands may lower it, dB
   * @param name of the model, for messages
   */
  SpzRounding(PlyModel model, SpzFormat.Version version, double psnr, double loss, String name) {
    Gaussians gaussians = model.inFileFrame();
    checkNumbers(gaussians, name);
    this.model = model;
    this.version = version;
    this.precision =
        SpzPrecision.of(gaussians, psnr, loss)
            .orElseThrow(
                () -> broken(name, "a Gaussian is more than 8 million units from the origin"));
    this.rows = MortonOrder.rows(gaussians.means());
  }

  @Override
  public void round(RoundedPart part, Gaussians gaussians) {
    PlyModel rounded = new PlyModel(gaussians, model.antialiased(), model.enu());
    Gaussians given = rounded.inFileFrame();
    SpzEncoder encoder = new SpzEncoder(given, identity(given.size()), precision);
    SpzDecoder decoder = new SpzDecoder(header(given));
    for (SpzArray array : SpzArray.values()) {
      if (array.part() == part) {
        decoder.decode(array, encoder.encode(array));
      }
    }
    part.copy(rounded.inModelFrame(decoder.gaussians()), gaussians);
  }

  private static int[] identity(int n) {
    int[] rows = new int[n];
    for (int i = 0; i < n; i++) {
      rows[i] = i;
    }
    return rows;
  }

  private SpzHeader header(Gaussians gaussians) {
    return new SpzHeader(
        version.number(),
        gaussians.size(),
        gaussians.shDegree(),
        precision.fractionalBits(),
        0,
        SpzArray.values().length,
        SpzHeader.BYTES_V4);
  }

  @Override
  public void write(Gaussians gaussians, Path file) {
    Gaussians given = new PlyModel(gaussians, model.antialiased(), model.enu()).inFileFrame();
    checkNumbers(given, file.toString());
    SpzEncoder encoder = new SpzEncoder(given, rows, precision);
    try {
      AtomicFile.write(file, new SpzWriter(encoder, version, model.antialiased())::write);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Cannot write %s: %s. Use a folder that can be written to.".formatted(file, e), e);
    }
  }

  private static void checkNumbers(Gaussians g, String name) {
    for (int i = 0; i < g.size(); i++) {
      float sum = g.logitOpacities()[i] * 0; // NaN if a term is
      sum += zeroIfFinite(g.means(), i, 3) + zeroIfFinite(g.quats(), i, 4);
      sum += zeroIfFinite(g.logScales(), i, 3);
      sum += zeroIfFinite(g.shCoefficients(), i, 3 * SphericalHarmonics.count(g.shDegree()));
      if (Float.isNaN(sum)) {
        throw broken(name, "Gaussian %d has a parameter that is not finite".formatted(i + 1));
      }
    }
  }

  private static float zeroIfFinite(float[] values, int row, int width) {
    float sum = 0;
    for (int i = row * width; i < (row + 1) * width; i++) {
      sum += values[i] * 0;
    }
    return sum;
  }

  private static SceneException broken(String name, String why) {
    return new SceneException(
        Verdict.UNSUPPORTED_INPUT,
        "Cannot write %s: %s. Remove such Gaussians first.".formatted(name, why));
  }
}
