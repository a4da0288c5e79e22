package org.splatline.gpu.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.splatline.gpu.cluster.KMeans;
import org.splatline.gpu.gaussian.Gaussians;
import org.splatline.gpu.gaussian.MortonOrder;
import org.splatline.gpu.geo.GeoPosition;
import org.splatline.gpu.geo.Georeference;
import org.splatline.gpu.geo.Similarity;

/** A .sog holds what was rounded, part by part. */
class SogRoundingTest {
  @TempDir Path folder;

  private static ModelRounding rounding(Gaussians gaussians, Optional<Georeference> enu) {
    return ModelFormats.rounding("sog", new PlyModel(gaussians, false, enu), 30, 0.2, new KMeans())
        .orElseThrow();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3})
  void aFileHoldsWhatWasRounded(int shDegree) {
    Gaussians gaussians = SpzFormatTest.random(2000, shDegree, 0.1);
    ModelRounding rounding = rounding(gaussians, Optional.empty());
    Gaussians rounded = gaussians.copy();
    for (RoundedPart part : RoundedPart.values()) {
      Gaussians before = rounded.copy();
      rounding.round(part, rounded);
      part.copy(rounded, before);
      assertThat(rounded).as("only %s changes", part).isEqualTo(before);
    }
    Gaussians again = rounded.copy();
    for (RoundedPart part : RoundedPart.values()) {
      rounding.round(part, again);
    }
    assertThat(again).isEqualTo(rounded);

    Path file = folder.resolve("model.sog");
    rounding.write(rounded, file);
    assertThat(SogFormat.read(file).gaussians())
        .isEqualTo(rounded.rows(MortonOrder.rows(rounded.means())));
  }

  /** The training of bands goes on until they are rounded. */
  @Test
  void thePaletteIsThatOfTheBandsWhenTheyAreRounded() {
    Gaussians gaussians = SpzFormatTest.random(40, 1, 0.1);
    ModelRounding rounding = rounding(gaussians, Optional.empty());
    rounding.write(gaussians, folder.resolve("before.sog"));
    Gaussians trained = gaussians.copy();
    float[] sh = trained.shCoefficients();
    for (int i = 0; i < sh.length; i++) {
      sh[i] += 1;
    }
    Gaussians rounded = trained.copy();
    rounding.round(RoundedPart.BANDS, rounded);
    for (int i = 0; i < sh.length; i++) {
      assertThat(rounded.shCoefficients()[i]).isCloseTo(sh[i], within(0.01f));
    }
  }

  @Test
  void theFileIsInItsOwnFrame() {
    Gaussians gaussians = SpzFormatTest.random(200, 1, 0.1);
    Similarity toEnu = new Similarity(4, new double[] {0.6, 0, 0.8, 0}, new double[] {5, -6, 7});
    Optional<Georeference> enu = Optional.of(new Georeference(new GeoPosition(50, 4, 0), toEnu));
    ModelRounding rounding = rounding(gaussians, enu);
    Gaussians rounded = gaussians.copy();
    for (RoundedPart part : RoundedPart.values()) {
      rounding.round(part, rounded);
    }
    Path file = folder.resolve("enu.sog");
    rounding.write(rounded, file);
    Gaussians expected = new PlyModel(rounded, false, enu).inFileFrame();
    float[] means = SogFormat.read(file).gaussians().means();
    float[] wanted = expected.rows(MortonOrder.rows(expected.means())).means();
    for (int i = 0; i < means.length; i++) {
      assertThat(means[i]).isCloseTo(wanted[i], within(1e-5f));
    }
  }
}
