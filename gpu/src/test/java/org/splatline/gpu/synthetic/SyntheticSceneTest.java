package org.splatline.gpu.synthetic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.drew.imaging.ImageMetadataReader;
import com.drew.metadata.Metadata;
import com.drew.metadata.exif.ExifIFD0Directory;
import com.drew.metadata.exif.ExifSubIFDDirectory;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ForkJoinPool;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.splatline.gpu.scene.Camera;
import org.splatline.gpu.scene.FloatImage;
import org.splatline.gpu.scene.Intrinsics;
import org.splatline.gpu.scene.Scene;
import org.splatline.gpu.scene.SceneReader;
import org.splatline.gpu.scene.View;

class SyntheticSceneTest {
  private static final int VIEWS = 9;
  private static final int WIDTH = 120;
  private static final int HEIGHT = 90;
  private static final long SEED = 3;

  @TempDir Path folder;

  @Test
  void theSameSeedGivesTheSameFilesOnAnyNumberOfThreads()
      throws IOException, InterruptedException, ExecutionException {
    Path first = folder.resolve("first");
    Path second = folder.resolve("second");
    SyntheticScene.of(SyntheticScene.Kind.STUDIO, SEED).writePhotographs(first, 2, WIDTH, HEIGHT);
    ForkJoinPool one = new ForkJoinPool(1);
    try {
      one.submit(
              () -> {
                SyntheticScene.of(SyntheticScene.Kind.STUDIO, SEED)
                    .writePhotographs(second, 2, WIDTH, HEIGHT);
                return null;
              })
          .get();
    } finally {
      one.shutdown();
    }
    for (String name : List.of("IMG_0001.jpg", "IMG_0002.jpg")) {
      assertThat(second.resolve(name)).hasSameBinaryContentAs(first.resolve(name));
    }
    assertThat(Files.readAllBytes(first.resolve("IMG_0001.jpg")))
        .isNotEqualTo(Files.readAllBytes(first.resolve("IMG_0002.jpg")));
  }

  @Test
  void anotherSeedIsAnotherScene() {
    Camera camera =
        SyntheticScene.of(SyntheticScene.Kind.STUDIO, 1).cameras(VIEWS, WIDTH, HEIGHT).get(0);
    float[] one = SyntheticScene.of(SyntheticScene.Kind.STUDIO, 1).render(camera).rgb();
    float[] other = SyntheticScene.of(SyntheticScene.Kind.STUDIO, 2).render(camera).rgb();
    assertThat(Arrays.equals(one, other)).isFalse();
  }

  /** No pixel without a surface, and no picture without contrast. */
  @ParameterizedTest
  @EnumSource
  void everyPixelShowsSomething(SyntheticScene.Kind kind) {
    SyntheticScene scene = SyntheticScene.of(kind, SEED);
    for (Camera camera : scene.cameras(4, WIDTH, HEIGHT)) {
      FloatImage image = scene.render(camera);
      double sum = 0;
      double squares = 0;
      for (int i = 0; i < image.rgb().length; i += 3) {
        double brightness = (image.rgb()[i] + image.rgb()[i + 1] + image.rgb()[i + 2]) / 3;
        assertThat(brightness).isPositive();
        sum += brightness;
        squares += brightness * brightness;
      }
      double pixels = WIDTH * HEIGHT;
      double mean = sum / pixels;
      assertThat(mean).as("mean brightness").isBetween(0.25, 0.75);
      assertThat(Math.sqrt(squares / pixels - mean * mean)).as("contrast").isGreaterThan(0.08);
    }
  }

  @Test
  void photographsCarryWhatACameraWrites() throws Exception {
    SyntheticScene.of(SyntheticScene.Kind.TEMPLE, SEED).writePhotographs(folder, 2, WIDTH, HEIGHT);
    Path file = folder.resolve("IMG_0002.jpg");
    BufferedImage pixels = ImageIO.read(file.toFile());
    assertThat(pixels.getWidth()).isEqualTo(WIDTH);
    assertThat(pixels.getHeight()).isEqualTo(HEIGHT);

    Metadata metadata = ImageMetadataReader.readMetadata(file.toFile());
    ExifIFD0Directory camera = metadata.getFirstDirectoryOfType(ExifIFD0Directory.class);
    assertThat(camera.getErrors()).isEmpty();
    assertThat(camera.getString(ExifIFD0Directory.TAG_MAKE)).isEqualTo("Splatline");
    assertThat(camera.getString(ExifIFD0Directory.TAG_MODEL)).isEqualTo("Ray Tracer");
    assertThat(camera.getInt(ExifIFD0Directory.TAG_ORIENTATION)).isEqualTo(1);
    ExifSubIFDDirectory shot = metadata.getFirstDirectoryOfType(ExifSubIFDDirectory.class);
    assertThat(shot.getErrors()).isEmpty();
    assertThat(shot.getDouble(ExifSubIFDDirectory.TAG_FOCAL_LENGTH))
        .isCloseTo(0.92 * 6.4, within(1e-3));
    assertThat(shot.getInt(ExifSubIFDDirectory.TAG_35MM_FILM_EQUIV_FOCAL_LENGTH)).isEqualTo(33);
    assertThat(shot.getString(ExifSubIFDDirectory.TAG_DATETIME_ORIGINAL))
        .isEqualTo("2026:01:01 10:00:07");
    assertThat(shot.getInt(ExifSubIFDDirectory.TAG_EXIF_IMAGE_WIDTH)).isEqualTo(WIDTH);
    assertThat(shot.getInt(ExifSubIFDDirectory.TAG_EXIF_IMAGE_HEIGHT)).isEqualTo(HEIGHT);
  }

  /** The model read back as any scene is: cameras where they were, points where they are seen. */
  @ParameterizedTest
  @EnumSource
  void theKnownModelAgreesWithItsPictures(SyntheticScene.Kind kind) throws IOException {
    SyntheticScene synthetic = SyntheticScene.of(kind, SEED);
    synthetic.writeWithModel(folder, VIEWS, WIDTH, HEIGHT);
    Scene scene = SceneReader.read("known", folder, 1);
    List<View> views = new ArrayList<>(scene.testViews());
    assertThat(views).extracting(View::name).containsExactly("view_000.png", "view_008.png");
    views.addAll(scene.trainViews());
    assertThat(views).hasSize(VIEWS);
    assertThat(views.get(0).camera().center())
        .containsExactly(synthetic.cameras(VIEWS, WIDTH, HEIGHT).get(0).center(), within(1e-12));

    assertThat(scene.points().size()).isGreaterThan(VIEWS * 100);
    for (View view : views) {
      assertThat(shareThatAgrees(scene, view)).as(view.name()).isGreaterThan(0.75);
    }
  }

  /**
   * Of the points that fall into the picture, the share of colours within 25 of 255. The others are
   * hidden in this view, on an edge, or shine.
   */
  private static double shareThatAgrees(Scene scene, View view) throws IOException {
    BufferedImage image = ImageIO.read(view.image().toFile());
    int inside = 0;
    int agree = 0;
    for (int i = 0; i < scene.points().size(); i++) {
      int[] pixel = project(view.camera(), scene.points().positions(), 3 * i);
      if (pixel.length == 2) {
        inside++;
        agree += isAlike(image.getRGB(pixel[0], pixel[1]), scene.points().colors(), 3 * i) ? 1 : 0;
      }
    }
    assertThat(inside).isGreaterThan(100);
    return (double) agree / inside;
  }

  private static boolean isAlike(int rgb, byte[] colors, int at) {
    return Math.abs((rgb >> 16 & 255) - (colors[at] & 255)) <= 25
        && Math.abs((rgb >> 8 & 255) - (colors[at + 1] & 255)) <= 25
        && Math.abs((rgb & 255) - (colors[at + 2] & 255)) <= 25;
  }

  /** Column and row; empty when outside. */
  private static int[] project(Camera camera, float[] positions, int at) {
    double[] r = camera.rotation();
    double[] t = camera.translation();
    double[] p = new double[3];
    for (int i = 0; i < 3; i++) {
      p[i] =
          r[3 * i] * positions[at]
              + r[3 * i + 1] * positions[at + 1]
              + r[3 * i + 2] * positions[at + 2]
              + t[i];
    }
    Intrinsics k = camera.intrinsics();
    int column = (int) Math.floor(k.fx() * p[0] / p[2] + k.cx());
    int row = (int) Math.floor(k.fy() * p[1] / p[2] + k.cy());
    boolean inside = p[2] > 0 && 0 <= column && column < k.width() && 0 <= row && row < k.height();
    return inside ? new int[] {column, row} : new int[0];
  }
}
