package org.splatline.gpu.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.splatline.gpu.verdict.Failures.assertRefused;
import static org.splatline.gpu.verdict.Verdict.UNSUPPORTED_INPUT;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.splatline.gpu.scene.Intrinsics;
import org.splatline.gpu.scene.SceneReader;
import org.splatline.gpu.scene.View;
import org.splatline.gpu.scene.colmap.ColmapCamera;
import org.splatline.gpu.scene.colmap.ColmapImage;
import org.splatline.gpu.scene.colmap.ColmapModel;
import org.splatline.gpu.scene.colmap.ColmapPoints;
import org.splatline.gpu.scene.colmap.ColmapTextWriter;
import org.splatline.gpu.synthetic.HeldPhotographs;

/** Reads photographs that are stored on their side. */
class OrientationTest {
  private static final String COLORS = "RGBW"; // colours of the stored quarters, row by row

  @TempDir Path folder;

  private Path write(String name, int width, int height, int orientation) throws IOException {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
    int[] colors = {0xff0000, 0x00ff00, 0x0000ff, 0xffffff};
    for (int p = 0; p < width * height; p++) {
      int x = p % width;
      int y = p / width;
      image.setRGB(x, y, colors[2 * (2 * y / height) + 2 * x / width]);
    }
    return HeldPhotographs.write(folder.resolve("images/" + name), image, orientation);
  }

  /** Colours of the quarters, row by row. */
  private static String quarters(Picture picture) {
    StringBuilder letters = new StringBuilder();
    for (int quarter = 0; quarter < 4; quarter++) {
      int x = (1 + 2 * (quarter % 2)) * picture.width() / 4;
      int y = (1 + 2 * (quarter / 2)) * picture.height() / 4;
      int at = 3 * (y * picture.width() + x);
      int bright = 0;
      for (int c = 0; c < 3; c++) {
        bright |= (picture.pixels()[at + c] & 0xff) > 128 ? 1 << c : 0;
      }
      letters.append(bright == 7 ? 'W' : ".RG.B".charAt(bright));
    }
    return letters.toString();
  }

  private void writeModel(int width, int height, String... names) throws IOException {
    ColmapCamera camera = ColmapCamera.pinhole(width, height, 50, 51, width / 2.0, height / 2.0);
    List<ColmapImage> images = new ArrayList<>();
    for (String name : names) {
      double[] translation = {images.size(), 0, 0};
      images.add(
          new ColmapImage(images.size(), name, 1, new double[] {1, 0, 0, 0}, translation, 0));
    }
    ColmapTextWriter.write(
        new ColmapModel(Map.of(1, camera), images, ColmapPoints.none()),
        folder.resolve("sparse/0"));
  }

  private View first() {
    return SceneReader.read("s", folder, 1).testViews().get(0);
  }

  /** What each orientation of EXIF 2.3 makes of the quarters RG over BW. */
  @ParameterizedTest(name = "orientation {0}")
  @CsvSource({"5, RBGW", "6, BRWG", "7, WGBR", "8, GWRB"})
  void turnsWhatTheModelKnowsUpright(int orientation, String upright) throws IOException {
    writeModel(48, 64, "a.jpg", "b.jpg");
    write("a.jpg", 64, 48, orientation);
    write("b.jpg", 48, 64, 1);
    Picture picture = first().picture();
    assertThat(picture.width()).isEqualTo(48);
    assertThat(picture.height()).isEqualTo(64);
    assertThat(quarters(picture)).isEqualTo(upright);
    assertThat(first().camera().intrinsics()).isEqualTo(new Intrinsics(48, 64, 50, 51, 24, 32));
  }

  /** COLMAP reads pixels as they are stored, so its models fit the stored size. */
  @ParameterizedTest(name = "orientation {0}")
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void leavesWhatTheModelKnowsAsStored(int orientation) throws IOException {
    writeModel(64, 48, "a.jpg", "b.jpg");
    write("a.jpg", 64, 48, orientation);
    write("b.jpg", 64, 48, orientation);
    assertThat(quarters(first().picture())).isEqualTo(COLORS);
    writeModel(48, 48, "a.jpg", "b.jpg");
    write("a.jpg", 48, 48, orientation);
    write("b.jpg", 48, 48, orientation);
    assertThat(quarters(first().picture())).as("a square").isEqualTo(COLORS);
  }

  @Test
  void turnsPicturesOfAnotherSizeToo() throws IOException {
    writeModel(480, 640, "a.jpg", "b.jpg");
    write("a.jpg", 64, 48, 6);
    write("b.jpg", 48, 64, 1);
    assertThat(quarters(first().picture())).isEqualTo("BRWG");
    assertThat(first().camera().intrinsics().width()).isEqualTo(48);
    assertThat(first().camera().intrinsics().fx()).isEqualTo(5);
  }

  @ParameterizedTest(name = "orientation {0}")
  @ValueSource(ints = {1, 3, 9})
  void refusesOtherShapesAsBefore(int orientation) throws IOException {
    writeModel(48, 64, "a.jpg", "b.jpg");
    write("a.jpg", 64, 48, orientation);
    write("b.jpg", 48, 64, 1);
    assertRefused(UNSUPPORTED_INPUT, this::first, "a.jpg", "48 x 64", "64 x 48");
  }

  @Test
  void turnsAMaskWithItsPhotograph() throws IOException {
    writeModel(48, 64, "a.jpg", "b.jpg");
    write("a.jpg", 64, 48, 6);
    write("b.jpg", 48, 64, 1);
    BufferedImage mask = new BufferedImage(64, 48, BufferedImage.TYPE_BYTE_GRAY);
    for (int p = 0; p < 64 * 48; p++) {
      mask.getRaster().setSample(p % 64, p / 64, 0, p / 64 < 24 ? 255 : 0); // the upper half
    }
    TestPictures.write(folder.resolve("masks/a.jpg.png"), mask);
    Picture picture = first().picture();
    assertThat(picture.counts(0)).as("left").isFalse();
    assertThat(picture.counts(47)).as("right: the stored first row").isTrue();
    assertThat(picture.counted()).isEqualTo(24 * 64);
  }

  @Test
  void damagedExifIsNone() throws IOException {
    Path file = write("a.jpg", 64, 48, 6);
    byte[] bytes = Files.readAllBytes(file);
    bytes[14] = 'X'; // part of the byte order
    Files.write(file, bytes);
    assertThat(Orientation.of(file)).isEqualTo(Orientation.SAME_SIDES);
    assertThat(Orientation.of(folder.resolve("absent.jpg"))).isEqualTo(Orientation.SAME_SIDES);
  }
}
