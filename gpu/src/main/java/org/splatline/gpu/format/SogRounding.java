package org.splatline.gpu.format;

import java.nio.file.Path;
import org.splatline.gpu.cluster.Clusterer;
import org.splatline.gpu.gaussian.Gaussians;
import org.splatline.gpu.gaussian.SphericalHarmonics;

/**
 * How a .sog file rounds a model. The palette and the codebooks of a part are made when that part
 * is rounded, after the training that goes before; a file of parts that were not rounded has its
 * own.
 */
final class SogRounding implements ModelRounding {
  private final PlyModel model;
  private final SogSteps steps;

  SogRounding(PlyModel model, Clusterer clusterer, Path file) {
    FiniteNumbers.check(model.inFileFrame(), file.toString());
    this.model = model;
    this.steps = new SogSteps(clusterer);
  }

  @Override
  public void round(RoundedPart part, Gaussians gaussians) {
    Gaussians rows = of(gaussians).inFileFrame().copy();
    switch (part) {
      case GEOMETRY -> roundGeometry(rows);
      case SCALES -> round(rows.logScales(), steps.scales(rows));
      case BANDS -> steps.palette(rows).ifPresent(palette -> palette.applyTo(rows));
      case COLOURS -> roundColours(rows);
    }
    part.copy(model.inModelFrame(rows), gaussians);
  }

  private void roundGeometry(Gaussians rows) {
    SogCodes.Box box = steps.box(rows);
    float[] means = rows.means();
    for (int i = 0; i < means.length; i++) {
      means[i] = box.coordinate(box.code(means[i], i % 3), i % 3);
    }
    for (int i = 0; i < rows.size(); i++) {
      SogCodes.setQuat(SogCodes.quat(rows, i), rows, i);
    }
  }

  private void roundColours(Gaussians rows) {
    float[] colours = SogCodes.colours(rows);
    round(colours, steps.colours(rows));
    int stride = 3 * SphericalHarmonics.count(rows.shDegree());
    float[] opacities = rows.logitOpacities();
    for (int i = 0; i < rows.size(); i++) {
      System.arraycopy(colours, 3 * i, rows.shCoefficients(), stride * i, 3);
      opacities[i] = Quantisation.logitOpacity(Quantisation.opacity(opacities[i]));
    }
  }

  private static void round(float[] numbers, Codebook codebook) {
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = codebook.values()[codebook.code(numbers[i])];
    }
  }

  @Override
  public void write(Gaussians gaussians, Path file) {
    SogFormat.write(of(gaussians), file, steps.copy());
  }

  private PlyModel of(Gaussians gaussians) {
    return new PlyModel(gaussians, model.antialiased(), model.enu());
  }
}
