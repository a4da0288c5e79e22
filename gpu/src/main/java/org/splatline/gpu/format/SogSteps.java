package org.splatline.gpu.format;

import java.util.Optional;
import org.splatline.gpu.cluster.Clusterer;
import org.splatline.gpu.gaussian.Gaussians;

/**
 * What a .sog rounds a model with. Each part is made from the Gaussians of the first call that
 * needs it, in the file's frame, and kept.
 */
final class SogSteps {
  private final Clusterer clusterer;
  private SogCodes.Box box; // null, as all others, until it is made
  private Codebook scales;
  private Codebook colours;
  private Optional<ShPalette> palette;

  SogSteps(Clusterer clusterer) {
    this.clusterer = clusterer;
  }

  /** A copy, which makes the parts that this one doesn't have yet for itself. */
  SogSteps copy() {
    SogSteps copy = new SogSteps(clusterer);
    copy.box = box;
    copy.scales = scales;
    copy.colours = colours;
    copy.palette = palette;
    return copy;
  }

  SogSteps with(ShPalette given) {
    palette = Optional.of(given);
    return this;
  }

  SogCodes.Box box(Gaussians rows) {
    if (box == null) {
      box = SogCodes.Box.of(rows);
    }
    return box;
  }

  Codebook scales(Gaussians rows) {
    if (scales == null) {
      scales = Codebook.of(rows.logScales());
    }
    return scales;
  }

  Codebook colours(Gaussians rows) {
    if (colours == null) {
      colours = Codebook.of(SogCodes.colours(rows));
    }
    return colours;
  }

  /** Empty without bands above 0. */
  Optional<ShPalette> palette(Gaussians rows) {
    if (palette == null) {
      palette =
          rows.shDegree() == 0 || rows.size() == 0
              ? Optional.empty()
              : Optional.of(ShPalette.of(rows, clusterer));
    }
    return palette;
  }
}
