package org.splatline.gpu.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.splatline.gpu.cluster.KMeans;
import org.splatline.gpu.gaussian.Gaussians;
import org.splatline.gpu.gaussian.MortonOrder;

/** The palette that a finish freezes is that of the file. */
class SogRoundingTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3})
  void aFileHoldsTheBandsThatWereRounded(int shDegree) {
    Gaussians gaussians = SpzFormatTest.random(2000, shDegree, 0.1);
    ModelRounding rounding =
        ModelFormats.rounding(
                "sog", new PlyModel(gaussians, false, Optional.empty()), 30, 0.2, new KMeans())
            .orElseThrow();
    Gaussians rounded = gaussians.copy();
    for (RoundedPart part : RoundedPart.values()) {
      rounding.round(part, rounded);
    }
    Gaussians again = rounded.copy();
    rounding.round(RoundedPart.BANDS, again);
    assertThat(again).isEqualTo(rounded);
    RoundedPart.BANDS.copy(gaussians, again);
    assertThat(again).as("all but the bands stay").isEqualTo(gaussians);

    Path file = folder.resolve("model.sog");
    rounding.write(rounded, file);
    float[] expected = rounded.rows(MortonOrder.rows(gaussians.means())).shCoefficients();
    float[] read = SogFormat.read(file).gaussians().shCoefficients();
    int width = 3 * (shDegree + 1) * (shDegree + 1);
    for (int i = 0; i < read.length; i++) {
      if (i % width >= 3) {
        assertThat(read[i]).isCloseTo(expected[i], within(1e-6f));
      }
    }
  }
}
