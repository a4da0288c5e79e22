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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.splatline.gpu.picture.FloatImage;
import org.splatline.gpu.scene.Camera;
import org.splatline.gpu.scene.Intrinsics;
import org.splatline.gpu.scene.Scene;
import org.splatline.gpu.scene.SceneReader;
import org.splatline.gpu.scene.View;

class SyntheticSceneTest {
  private static final int VIEWS = 9;
  private static final int WIDTH = 240;
  private static final int HEIGHT = 180;
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
  void photographsHaveTheMetadataOfACamera() throws Exception {
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
    assertThat(fractionThatAgrees(views))
        .as("points with the colour of their pixel")
        .isGreaterThan(0.85);
  }

  /**
   * The fraction of observations where the point, projected into the picture, is on a pixel whose
   * colour is within 25 of 255 of its own. The others are on an edge or a highlight.
   */
  private double fractionThatAgrees(List<View> views) throws IOException {
    Map<Integer, View> byId = new HashMap<>();
    Map<Integer, BufferedImage> images = new HashMap<>();
    for (View view : views) {
      int id = 1 + Integer.parseInt(view.name().replaceAll("\\D", ""));
      byId.put(id, view);
      images.put(id, ImageIO.read(view.image().toFile()));
    }
    int observations = 0;
    int agree = 0;
    for (String line : Files.readAllLines(folder.resolve("sparse/0/points3D.txt"))) {
      // id x y z red green blue error, then an image id and a feature per observation
      double[] values = Stream.of(line.split(" ")).mapToDouble(Double::parseDouble).toArray();
      for (int i = 8; i < values.length; i += 2) {
        int id = (int) values[i];
        int[] pixel = project(byId.get(id).camera(), values);
        int rgb = images.get(id).getRGB(pixel[0], pixel[1]);
        observations++;
        agree += isAlike(rgb, values) ? 1 : 0;
      }
    }
    return (double) agree / observations;
  }

  private static boolean isAlike(int rgb, double[] point) {
    return Math.abs((rgb >> 16 & 255) - point[4]) <= 25
        && Math.abs((rgb >> 8 & 255) - point[5]) <= 25
        && Math.abs((rgb & 255) - point[6]) <= 25;
  }

  /** Column and row of a point's place, which follows its id. */
  private static int[] project(Camera camera, double[] point) {
    double[] r = camera.rotation();
    double[] t = camera.translation();
    double[] p = new double[3];
    for (int i = 0; i < 3; i++) {
      p[i] = r[3 * i] * point[1] + r[3 * i + 1] * point[2] + r[3 * i + 2] * point[3] + t[i];
    }
    Intrinsics k = camera.intrinsics();
    return new int[] {
      (int) Math.floor(k.fx() * p[0] / p[2] + k.cx()),
      (int) Math.floor(k.fy() * p[1] / p[2] + k.cy())
    };
  }
}
