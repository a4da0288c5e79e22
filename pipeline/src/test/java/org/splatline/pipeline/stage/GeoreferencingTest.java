package org.splatline.pipeline.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.splatline.gpu.geo.AlignmentJson;
import org.splatline.gpu.geo.GeoAlignment;
import org.splatline.gpu.media.VideoConfig;
import org.splatline.pipeline.TestPictures;
import org.splatline.pipeline.input.Intake;
import org.splatline.pipeline.input.LimitsConfig;
import org.splatline.pipeline.input.Manifest;
import org.splatline.pipeline.input.PhotographRules;
import org.splatline.pipeline.input.ScenePriority;
import org.splatline.pipeline.input.SceneSource;
import org.splatline.pipeline.store.Place;

class GeoreferencingTest {
  private static final double DEGREE_METRES = 111_200; // of latitude, roughly
  private static final int SIDE = 4;

  @TempDir Path folder;

  /**
   * A grid of cameras 111 m apart in latitude and in longitude at the equator, 10 units in the
   * model.
   */
  private Manifest grid(boolean withGps) throws Exception {
    Path images = Files.createDirectories(folder.resolve("images"));
    Path model = Files.createDirectories(folder.resolve("sparse/0"));
    StringBuilder cameras = new StringBuilder();
    for (int i = 0; i < SIDE * SIDE; i++) {
      int east = i % SIDE;
      int north = i / SIDE;
      String name = "%02d.jpg".formatted(i);
      Path file = TestPictures.jpeg(images.resolve(name), 64, 48, i);
      if (withGps) {
        TestPictures.addGps(file, 0.001 * (1 + north), 0.001 * (1 + east), 100);
      }
      cameras.append(
          String.format(
              Locale.ROOT, "%d 1 0 0 0 %d %d 0 1 %s\n\n", i + 1, -10 * east, -10 * north, name));
    }
    Files.writeString(model.resolve("cameras.txt"), "1 PINHOLE 64 48 60 60 32 24\n");
    Files.writeString(model.resolve("images.txt"), cameras);
    Files.writeString(model.resolve("points3D.txt"), "1 0 0 0 1 2 3 0.5\n");
    return new Intake(
            new LimitsConfig(
                1 << 20, 100, 1 << 30, 100, 1 << 30, 100, 8, 64L << 20, Duration.ofMinutes(5)),
            new PhotographRules(PhotographRules.Rule.FLAG, 0.1, PhotographRules.Rule.FLAG),
            new VideoConfig(150, 0.02, Duration.ofMinutes(1), Duration.ofMinutes(1), 4L << 30))
        .check("field", folder, folder.resolve(".made"));
  }

  private static SceneSource scene() {
    return new SceneSource("run", "field", Place.parse("/field"), ScenePriority.NORMAL, "");
  }

  @Test
  void alignsScenesWhosePhotographsHaveGps() throws Exception {
    Georeferencing.align(scene(), folder, grid(true));
    GeoAlignment alignment = AlignmentJson.read(folder.resolve("alignment.json"));
    assertThat(alignment.imagesUsed()).isEqualTo(SIDE * SIDE);
    assertThat(alignment.outliers()).isEmpty();
    assertThat(alignment.georeference().modelToEnu().scale())
        .isCloseTo(0.001 * DEGREE_METRES / 10, within(0.1)); // 11.1 m a unit
    assertThat(alignment.residuals().horizontalRms()).isLessThan(1);
  }

  @Test
  void leavesOtherScenesAlone() throws Exception {
    Georeferencing.align(scene(), folder, grid(false));
    assertThat(folder.resolve("alignment.json")).doesNotExist();
    Manifest withGps = grid(true);
    Files.writeString(folder.resolve("alignment.json"), "brought");
    Georeferencing.align(scene(), folder, withGps);
    assertThat(folder.resolve("alignment.json")).hasContent("brought");
  }
}
