package org.splatline.gpu.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.splatline.gpu.cluster.KMeans;
import org.splatline.gpu.gaussian.GaussianTransform;
import org.splatline.gpu.gaussian.Gaussians;
import org.splatline.gpu.gaussian.MortonOrder;
import org.splatline.gpu.geo.GeoPosition;
import org.splatline.gpu.geo.Georeference;
import org.splatline.gpu.geo.Similarity;

/** What a finish needs: parts are rounded one after the other and stay as they are. */
class SpzRoundingTest {
  @TempDir Path folder;

  private static ModelRounding rounding(Gaussians gaussians, Optional<Georeference> enu) {
    return ModelFormats.rounding("spz", new PlyModel(gaussians, false, enu), 30, 0.15, new KMeans())
        .orElseThrow();
  }

  private static Gaussians rounded(ModelRounding rounding, Gaussians gaussians) {
    Gaussians copy = gaussians.copy();
    for (RoundedPart part : RoundedPart.values()) {
      rounding.round(part, copy);
    }
    return copy;
  }

  /** Many quaternions, so that some have two components of nearly the same size. */
  @ParameterizedTest
  @ValueSource(ints = {0, 3})
  void aFileHoldsWhatWasRounded(int shDegree) {
    Gaussians gaussians = SpzFormatTest.random(20_000, shDegree, 0.1);
    ModelRounding rounding = rounding(gaussians, Optional.empty());
    Gaussians rounded = rounded(rounding, gaussians);
    assertThat(rounded).isNotEqualTo(gaussians);
    assertThat(rounded(rounding, rounded)).as("once more").isEqualTo(rounded);
    Path file = folder.resolve("model.spz");
    rounding.write(rounded, file);
    int[] rows = MortonOrder.rows(rounded.means());
    assertThat(SpzFormat.read(file).gaussians()).isEqualTo(rounded.rows(rows));
  }

  @Test
  void theFileHasTheVersionThatIsAskedFor() throws IOException {
    PlyModel model = new PlyModel(SpzFormatTest.random(10, 0, 0.1), false);
    Path file = folder.resolve("model.spz");
    ModelFormats.rounding("spz", model, 30, 0.15, SpzFormat.Version.V3, new KMeans())
        .orElseThrow()
        .write(model.gaussians(), file);
    assertThat(Files.readAllBytes(file)).as("gzip").startsWith(0x1f, 0x8b);
  }

  @Test
  void onePartLeavesTheOthers() {
    Gaussians gaussians = SpzFormatTest.random(100, 2, 0.1);
    ModelRounding rounding = rounding(gaussians, Optional.empty());
    for (RoundedPart part : RoundedPart.values()) {
      Gaussians rounded = gaussians.copy();
      rounding.round(part, rounded);
      assertThat(rounded).as("%s", part).isNotEqualTo(gaussians);
      part.copy(gaussians, rounded);
      assertThat(rounded).as("%s", part).isEqualTo(gaussians);
    }
  }

  /** The file is in metres; the model that is trained is not. */
  @Test
  void aFileInAnotherFrameHoldsWhatWasRounded() {
    Gaussians gaussians = SpzFormatTest.random(500, 3, 0.1);
    Similarity toEnu = new Similarity(2, new double[] {0.6, 0, 0.8, 0}, new double[] {5, -3, 1});
    ModelRounding rounding =
        rounding(gaussians, Optional.of(new Georeference(new GeoPosition(50, 8, 100), toEnu)));
    Gaussians rounded = rounded(rounding, gaussians);
    Path file = folder.resolve("model.spz");
    rounding.write(rounded, file);
    int[] rows = MortonOrder.rows(GaussianTransform.apply(toEnu, rounded).means());
    Gaussians read = GaussianTransform.apply(toEnu.inverse(), SpzFormat.read(file).gaussians());
    Gaussians expected = rounded.rows(rows);
    for (int i = 0; i < read.means().length; i++) {
      assertThat(read.means()[i]).isCloseTo(expected.means()[i], within(1e-5f));
    }
    for (int i = 0; i < read.shCoefficients().length; i++) {
      assertThat(read.shCoefficients()[i]).isCloseTo(expected.shCoefficients()[i], within(1e-5f));
    }
  }
}
