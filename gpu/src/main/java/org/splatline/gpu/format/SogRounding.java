package org.splatline.gpu.format;

import java.nio.file.Path;
import java.util.Optional;
import org.splatline.gpu.cluster.Clusterer;
import org.splatline.gpu.gaussian.Gaussians;

/**
 * How a .sog file rounds a model: the palette of its bands, which costs most of its quality. All
 * other parts stay as they are; the file holds them with 8 or 16 bits and codebooks of the model
 * that is written.
 */
final class SogRounding implements ModelRounding {
  private final PlyModel model;
  private final Clusterer clusterer;
  private final Optional<ShPalette> palette;

  SogRounding(PlyModel model, Clusterer clusterer, Path file) {
    Gaussians rows = model.inFileFrame();
    FiniteNumbers.check(rows, file.toString());
    this.model = model;
    this.clusterer = clusterer;
    this.palette =
        rows.shDegree() == 0 || rows.size() == 0
            ? Optional.empty()
            : Optional.of(ShPalette.of(rows, clusterer));
  }

  @Override
  public void round(RoundedPart part, Gaussians gaussians) {
    if (part == RoundedPart.BANDS && palette.isPresent()) {
      Gaussians rows = of(gaussians).inFileFrame().copy();
      palette.get().applyTo(rows);
      part.copy(model.inModelFrame(rows), gaussians);
    }
  }

  @Override
  public void write(Gaussians gaussians, Path file) {
    PlyModel rounded = of(gaussians);
    if (palette.isPresent()) {
      SogFormat.write(rounded, file, palette.get());
    } else {
      SogFormat.write(rounded, file, clusterer);
    }
  }

  private PlyModel of(Gaussians gaussians) {
    return new PlyModel(gaussians, model.antialiased(), model.enu());
  }
}
