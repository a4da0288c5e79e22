package org.splatline.gpu.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.splatline.gpu.geo.Similarity;
import org.splatline.gpu.picture.TestPictures;
import org.splatline.gpu.scene.Camera;
import org.splatline.gpu.scene.SceneImages;
import org.splatline.gpu.scene.SourceImage;
import org.splatline.gpu.scene.colmap.ColmapCamera;
import org.splatline.gpu.scene.colmap.ColmapImage;
import org.splatline.gpu.scene.colmap.ColmapPoints;

/** What is written is read again, as another program would. */
class CameraFilesTest {
  private static final double[] POINT = {0.3, -0.2, 5};
  private static final Similarity MOVED =
      new Similarity(2.5, new double[] {0.9, 0.1, -0.3, 0.2}, new double[] {10, -20, 3});

  @TempDir Path folder;
  private final List<SourceImage> images = new ArrayList<>();

  @BeforeEach
  void pictures() throws IOException {
    for (int i = 0; i < 3; i++) {
      String name = "cam%d/view %d.png".formatted(i % 2, i);
      int width = 40 + 10 * (i % 2);
      ColmapCamera camera = ColmapCamera.pinhole(width, 30, 50 + i % 2, 51, 19.5, 14.5);
      Path file = folder.resolve("images").resolve(name);
      TestPictures.write(file, width, 30);
      images.add(
          new SourceImage(
              name,
              file,
              camera,
              new ColmapImage(
                  i + 1,
                  name,
                  1 + i % 2,
                  new double[] {1, 0.1 * i, -0.05, 0.02},
                  new double[] {0.1 * i, 0.2, 0.3},
                  0),
              SourceImage.Part.BY_INDEX));
    }
  }

  private SceneImages scene() {
    return new SceneImages(
        images,
        List.of(),
        new ColmapPoints(POINT.clone(), new byte[] {-1, 2, 3}, new double[] {0.5}, new int[1]),
        SceneImages.Space.BETWEEN_CAMERAS);
  }

  private SceneImages again() {
    return SceneImages.read("again", folder, 1);
  }

  @Test
  void binaryFilesAndTransformsGiveTheSameCameras() throws IOException {
    CameraFiles.write(scene(), Similarity.IDENTITY, folder.resolve("cameras"));

    Files.move(folder.resolve("cameras/transforms.json"), folder.resolve("transforms.json"));
    assertSame(again(), Similarity.IDENTITY);
    assertThat(again().present().get(1).pinhole().forward()[2]).as("z forward").isPositive();

    Path sparse = Files.createDirectories(folder.resolve("sparse/0"));
    for (String name : List.of("cameras.bin", "images.bin", "points3D.bin")) {
      Files.move(folder.resolve("cameras").resolve(name), sparse.resolve(name));
    }
    assertSame(again(), Similarity.IDENTITY);
    assertThat(again().points()).isEqualTo(scene().points());
  }

  @Test
  void textFilesGiveTheSameCamerasInAnotherFrame() throws IOException {
    CameraFiles.write(scene(), MOVED, folder.resolve("sparse/0"));
    for (String name : List.of("cameras.bin", "images.bin", "points3D.bin")) {
      Files.delete(folder.resolve("sparse/0").resolve(name));
    }
    assertSame(again(), MOVED);
    assertThat(again().points().positions()).containsExactly(MOVED.apply(POINT), within(1e-12));
    assertThat(again().points().colors()).isEqualTo(scene().points().colors());
  }

  /** Each camera must see the point where it saw it before. */
  private void assertSame(SceneImages read, Similarity frame) {
    assertThat(read.present()).hasSameSizeAs(images);
    for (SourceImage wanted : images) {
      SourceImage found =
          read.present().stream()
              .filter(image -> image.name().equals(wanted.name()))
              .findFirst()
              .orElseThrow();
      assertThat(found.camera()).isEqualTo(wanted.camera());
      double[] seen = inCamera(wanted.pinhole(), POINT);
      double[] now = inCamera(found.pinhole(), frame.apply(POINT));
      for (int i = 0; i < 3; i++) {
        assertThat(now[i]).isCloseTo(frame.scale() * seen[i], within(1e-9));
      }
    }
  }

  private static double[] inCamera(Camera camera, double[] point) {
    double[] r = camera.rotation();
    double[] seen = camera.translation();
    for (int i = 0; i < 3; i++) {
      for (int k = 0; k < 3; k++) {
        seen[i] += r[3 * i + k] * point[k];
      }
    }
    return seen;
  }
}
