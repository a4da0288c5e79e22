package org.splatline.gpu.geo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.splatline.gpu.scene.SceneReader;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;

class AlignmentJsonTest {
  @TempDir private Path folder;

  private static GeoAlignment alignment() {
    return new GeoAlignment(
        new Georeference(
            new GeoPosition(47.37 + 1e-13, -8.54, 410.25), SimilarityTest.random(new Random(5))),
        10,
        7,
        List.of("a/1.jpg", "ü.jpg"),
        new AlignmentResiduals(1.5, 1.25, 2.5, 2.25));
  }

  private Path file() {
    return folder.resolve(SceneReader.ALIGNMENT);
  }

  @Test
  void readsWhatItWrites() throws IOException {
    AlignmentJson.write(alignment(), file());
    assertThat(AlignmentJson.read(file())).isEqualTo(alignment());
  }

  @Test
  void keysNameTheirUnits() throws IOException {
    AlignmentJson.write(alignment(), file());
    assertThat(Files.readString(file()))
        .contains("\"origin_latitude_degrees\" : 47.37", "\"origin_altitude_metres\" : 410.25")
        .contains("\"model_to_enu_scale_metres_per_unit\" : ")
        .contains("\"images_used\" : 7", "\"inliers\" : 5", "\"horizontal_rms_metres\" : 1.5")
        .endsWith("}\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"schema_version\" : 1 | \"schema_version\" : 2 | schema_version 2 is not 1",
        "origin_latitude_degrees | latitude | origin_latitude_degrees is missing",
        "47.37 | 147.37 | Invalid latitude: 147.37",
        "410.25 | \"high\" | origin_altitude_metres is \"high\", not a number",
        "\"model_to_enu_scale_metres_per_unit\" : | \"model_to_enu_scale_metres_per_unit\" : 0, \"was\" : | Invalid scale: 0.0",
        "\"model_to_enu_rotation_wxyz\" : [ | \"model_to_enu_rotation_wxyz\" : [ 1, | Invalid quaternion: length 5",
        "\"model_to_enu_translation_metres\" : [ | \"model_to_enu_translation_metres\" : [ null, | model_to_enu_translation_metres is null",
        "\"images_used\" : 7 | \"images_used\" : 4 | 4 images with 2 outliers",
        "\"outliers\" : | \"outlier\" : | outliers is not a list",
        "{ | [ | Unexpected",
      })
  void refusesInvalidAlignments(String part, String other, String message) throws IOException {
    String text = AlignmentJson.text(alignment());
    assertThat(text).contains(part);
    assertRefused(text.replace(part, other), message);
  }

  @Test
  void refusesOtherFiles() throws IOException {
    assertRefused("", "schema_version is missing");
    assertRefused("[1, 2]", "schema_version is missing");
    assertRefused("\0\0\0{none", "Invalid UTF-32 character"); // it begins as UTF-32 does
    assertRefused(AlignmentJson.text(alignment()).substring(0, 100), "Unexpected end");
  }

  private void assertRefused(String text, String message) throws IOException {
    Files.writeString(file(), text);
    assertThatThrownBy(() -> AlignmentJson.read(file()))
        .isInstanceOfSatisfying(
            SceneException.class, e -> assertThat(e.verdict()).isEqualTo(Verdict.UNSUPPORTED_INPUT))
        .hasMessageStartingWith("Cannot read the alignment " + file() + ": ")
        .hasMessageContaining(message)
        .hasMessageEndingWith("Align the scene again, or remove the file.");
  }
}
