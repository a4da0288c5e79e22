package org.splatline.gpu.format;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.splatline.gpu.gaussian.Gaussians;
import org.splatline.gpu.gaussian.MortonOrder;
import org.splatline.gpu.io.AtomicFile;
import org.splatline.gpu.verdict.SceneException;

/**
 * How a .spz file rounds a model: {@link SpzPrecision}, in the {@link MortonOrder} of the rounded
 * positions, so that a file that is read and written again keeps its order.
 */
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
    FiniteNumbers.check(gaussians, name);
    this.model = model;
    this.version = version;
    this.precision =
        SpzPrecision.of(gaussians, psnr, loss)
            .orElseThrow(
                () ->
                    FiniteNumbers.unwritable(
                        name, "a Gaussian is more than 8 million units from the origin"));
    this.rows = MortonOrder.rows(rounded(gaussians, RoundedPart.GEOMETRY).means());
  }

  @Override
  public void round(RoundedPart part, Gaussians gaussians) {
    PlyModel rounded = new PlyModel(gaussians, model.antialiased(), model.enu());
    part.copy(rounded.inModelFrame(rounded(rounded.inFileFrame(), part)), gaussians);
  }

  /** What readers find for a part of Gaussians in the file's frame; the rest is zero. */
  private Gaussians rounded(Gaussians given, RoundedPart part) {
    SpzEncoder encoder = new SpzEncoder(given, identity(given.size()), precision);
    SpzDecoder decoder = new SpzDecoder(header(given));
    for (SpzArray array : SpzArray.values()) {
      if (array.part() == part) {
        decoder.decode(array, encoder.encode(array));
      }
    }
    return decoder.gaussians();
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
    FiniteNumbers.check(given, file.toString());
    SpzEncoder encoder = new SpzEncoder(given, rows, precision);
    try {
      AtomicFile.write(file, new SpzWriter(encoder, version, model.antialiased())::write);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Cannot write %s: %s. Use a folder that can be written to.".formatted(file, e), e);
    }
  }
}
