package org.splatline.gpu.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.splatline.gpu.backend.TestGaussians;
import org.splatline.gpu.scene.Scene;
import org.splatline.gpu.scene.SparsePoints;
import org.splatline.gpu.scene.View;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;

class PictureLimitTest {
  private static Scene scene(int width, int height) {
    View small = new View("small.jpg", TestGaussians.camera(100, 80, 1), Path.of("small.jpg"));
    View large = new View("large.jpg", TestGaussians.camera(width, height, 1), Path.of("l.jpg"));
    return new Scene(
        "hall",
        List.of(small),
        List.of(large),
        new SparsePoints(new float[0], new byte[0]),
        List.of());
  }

  private static ImageConfig reduce(double factor) {
    return new ImageConfig(factor, ImageConfig.Background.BLACK, ImageConfig.Alpha.COMPOSITE);
  }

  @Test
  void aPictureOf67MegapixelsIsTheLargest() {
    PictureLimit.check(scene(8192, 8192), reduce(1));
    PictureLimit.check(scene(16_384, 16_384), reduce(2));
    assertThatThrownBy(() -> PictureLimit.check(scene(8193, 8192), reduce(1)))
        .isInstanceOfSatisfying(
            SceneException.class, e -> assertThat(e.verdict()).isEqualTo(Verdict.TOO_LARGE))
        .hasMessage(
            "Cannot use scene hall: its picture large.jpg has 8193 x 8192 px with image.reduce 1.0,"
                + " which are 262,656 tiles of 16 x 16 px, and a model is trained on at most"
                + " 262,144 (67 megapixels). Set image.reduce to 1.1 or more");
  }

  @Test
  void whatItSaysToSetIsEnough() {
    assertThatThrownBy(() -> PictureLimit.check(scene(20_000, 10_000), reduce(1.15)))
        .hasMessageEndingWith("Set image.reduce to 1.8 or more");
    PictureLimit.check(scene(20_000, 10_000), reduce(1.8));
    assertThatThrownBy(() -> PictureLimit.check(scene(20_000, 10_000), reduce(1.7)))
        .isInstanceOf(SceneException.class);
  }
}
