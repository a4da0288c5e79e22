package org.splatline.gpu.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.splatline.gpu.backend.TestGaussians;
import org.splatline.gpu.gaussian.GaussianTransform;
import org.splatline.gpu.gaussian.Gaussians;
import org.splatline.gpu.gaussian.ParameterFamily;
import org.splatline.gpu.geo.GeoPosition;
import org.splatline.gpu.geo.Georeference;
import org.splatline.gpu.geo.Similarity;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;

/** The frame a .ply stands in. */
class PlyFrameTest {
  private static final Georeference HOME =
      new Georeference(
          new GeoPosition(47.37 + 1e-13, -8.54, 410.1),
          new Similarity(1 / 0.3, new double[] {0.6, -0.3, 0.5, 0.4}, new double[] {30.1, -2, 6}));

  @TempDir private Path folder;

  private Path file() {
    return folder.resolve("model.ply");
  }

  private String text() throws IOException {
    return Files.readString(file(), StandardCharsets.ISO_8859_1);
  }

  private void replace(String part, String other) throws IOException {
    assertThat(text()).contains(part);
    Files.writeString(file(), text().replace(part, other), StandardCharsets.ISO_8859_1);
  }

  private static PlyModel model() {
    return new PlyModel(TestGaussians.random(33, 3, 9), true, Optional.of(HOME));
  }

  @Test
  void readsAnEnuFileInTheModelsFrame() {
    PlyFormat.write(model(), file());
    PlyModel read = PlyFormat.read(file());
    assertThat(read.enu()).as("with all bits").contains(HOME);
    assertThat(read.antialiased()).isTrue();
    for (ParameterFamily family : ParameterFamily.values()) {
      assertThat(read.gaussians().array(family))
          .as(family.glossaryName())
          .containsExactly(model().gaussians().array(family), within(1e-5f));
    }
  }

  /** What any other reader sees. */
  @Test
  void theRowsAreInMetres() throws IOException {
    PlyFormat.write(model(), file());
    replace("comment splatline frame enu\n", "");
    Gaussians rows = PlyFormat.read(file()).gaussians();
    assertThat(rows).isEqualTo(GaussianTransform.apply(HOME.modelToEnu(), model().gaussians()));
  }

  @Test
  void commentsDescribeTheFrame() throws IOException {
    PlyFormat.write(model(), file());
    assertThat(text())
        .contains("\ncomment splatline frame enu\n")
        .contains("\ncomment splatline origin_latitude_degrees 47.3700000000001\n")
        .contains("\ncomment splatline origin_longitude_degrees -8.54\n")
        .contains("\ncomment splatline origin_altitude_metres 410.1\n")
        .contains("\ncomment splatline model_to_enu_scale_metres_per_unit 3.3333333333333335\n")
        .contains("\ncomment splatline model_to_enu_translation_metres 30.1 -2.0 6.0\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "frame enu | frame utm | a comment says frame 'utm', which is neither model nor enu",
        "frame enu | frame | a comment says frame ''",
        "origin_latitude_degrees | latitude | but do not describe it: origin_latitude_degrees has 0 numbers, need 1",
        "degrees 47.37 | degrees 147.37 | but do not describe it: Invalid latitude: 147.37",
        "metres 410.1 | metres high | but do not describe it: For input string: \"high\"",
        "metres_per_unit 3 | metres_per_unit -3 | but do not describe it: Invalid scale: -3",
        "rotation_wxyz | rotation_wxyz 1 | but do not describe it: model_to_enu_rotation_wxyz has 5 numbers, need 4",
        "translation_metres 30.1 | translation_metres NaN | but do not describe it: Invalid translation: holds NaN",
      })
  void refusesAnIncompleteFrame(String part, String other, String message) throws IOException {
    PlyFormat.write(model(), file());
    replace(part, other);
    assertThatThrownBy(() -> PlyFormat.read(file()))
        .isInstanceOfSatisfying(
            SceneException.class, e -> assertThat(e.verdict()).isEqualTo(Verdict.UNSUPPORTED_INPUT))
        .hasMessageStartingWith("Cannot read Gaussians from " + file())
        .hasMessageContaining(message);
  }
}
