package org.splatline.gpu.sfm;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.splatline.gpu.scene.colmap.ModelStatistics;

class SubModelTest {

  private static SubModel model(String folder, int registered, int points) {
    return new SubModel(
        Path.of(folder), List.of(), new ModelStatistics(registered, points, 3L * points, 0.5, 3));
  }

  @Test
  void prefersRegisteredPhotographsToPoints() {
    SubModel more = model("1", 8, 100);
    assertThat(SubModel.best(List.of(model("0", 7, 9000), more, model("2", 3, 50)))).contains(more);
  }

  @Test
  void prefersPointsAmongEquals() {
    SubModel denser = model("1", 8, 101);
    assertThat(SubModel.best(List.of(model("0", 8, 100), denser))).contains(denser);
  }

  @Test
  void prefersTheFirstOfEquals() {
    SubModel first = model("0", 8, 100);
    assertThat(SubModel.best(List.of(first, model("1", 8, 100)))).contains(first);
  }

  @Test
  void isAbsentWithoutModels() {
    assertThat(SubModel.best(List.of())).isEmpty();
  }
}
