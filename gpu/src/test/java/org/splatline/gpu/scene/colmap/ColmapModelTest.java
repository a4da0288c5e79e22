package org.splatline.gpu.scene.colmap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.splatline.gpu.verdict.Failures.assertRefused;
import static org.splatline.gpu.verdict.Verdict.NO_MODEL;
import static org.splatline.gpu.verdict.Verdict.TOO_LARGE;
import static org.splatline.gpu.verdict.Verdict.UNSUPPORTED_INPUT;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.splatline.gpu.SampleScenes;

class ColmapModelTest {
  @TempDir Path folder;

  /** One camera of every model, an image each, three points. */
  private static ColmapModel model() {
    Map<Integer, ColmapCamera> cameras = new LinkedHashMap<>();
    for (ColmapCameraModel model : ColmapCameraModel.values()) {
      double[] params = new double[model.parameters()];
      Arrays.setAll(params, i -> i < 4 ? 100 + i / 3.0 : i / 1000.0);
      cameras.put(model.id() + 7, new ColmapCamera(model, 640, 480, params));
    }
    List<ColmapImage> images =
        cameras.keySet().stream()
            .map(
                id ->
                    new ColmapImage(
                        id + 1,
                        "day 1/image %d.jpg".formatted(id),
                        id,
                        new double[] {0.5, -0.5, 0.1 * id, 1e-17},
                        new double[] {id, -1.0 / 3, 1e9},
                        0))
            .toList();
    ColmapPoints points =
        new ColmapPoints(
            new double[] {1, 2, 3, -0.1, 0, 1e-9, 7, 8, 9},
            new byte[] {0, 1, 2, (byte) 255, (byte) 128, 3, 4, 5, 6},
            new double[] {0.5, 1.5, -1},
            new int[3]);
    return new ColmapModel(cameras, images, points);
  }

  @Test
  void readsWhatItWrites() throws IOException {
    ColmapTextWriter.write(model(), folder);
    assertThat(ColmapModel.isAt(folder)).isTrue();
    assertThat(ColmapModel.read(folder)).as("text").isEqualTo(model());
    ColmapBinaryWriter.write(model(), folder);
    Files.delete(folder.resolve("images.txt"));
    assertThat(ColmapModel.read(folder)).as("binary").isEqualTo(model());
  }

  @Test
  void countsAsModelAnalyzerDoes() {
    ColmapPoints points =
        new ColmapPoints(
            new double[9], new byte[9], new double[] {0.5, 1.5, -1}, new int[] {2, 3, 4});
    ModelStatistics statistics = ModelStatistics.of(5, points);
    assertThat(statistics).isEqualTo(new ModelStatistics(5, 3, 9, 1.0, 3.0));
    assertThat(ModelStatistics.of(5, ColmapPoints.none()).meanErrorPx()).isNaN();
  }

  private static double[] pinhole(ColmapCamera camera) {
    return new double[] {
      camera.width(), camera.height(), camera.fx(), camera.fy(), camera.cx(), camera.cy()
    };
  }

  @ParameterizedTest
  @EnumSource(ColmapCameraModel.class)
  void takesZeroDistortionForAPinhole(ColmapCameraModel model) {
    double[] params = new double[model.parameters()];
    Arrays.fill(params, 0, model.focalLengths(), 500);
    params[model.focalLengths()] = 320;
    params[model.focalLengths() + 1] = 240;
    ColmapCamera camera = new ColmapCamera(model, 640, 480, params);
    assertThat(camera.isDistorted()).isEqualTo(model.name().contains("FISHEYE"));
    assertThat(pinhole(camera)).containsExactly(640, 480, 500, 500, 320, 240);
    assertThat(pinhole(camera.resized(320, 240))).containsExactly(320, 240, 250, 250, 160, 120);
    for (int i = model.focalLengths() + 2; i < params.length; i++) {
      double[] bent = params.clone();
      bent[i] = -1e-6;
      assertThat(new ColmapCamera(model, 640, 480, bent).isDistorted()).isTrue();
    }
  }

  /**
   * Figures that colmap model_analyzer prints; cup_77's features all claim point 0, so its tracks
   * are counted.
   */
  @ParameterizedTest
  @CsvSource({"cup_77, 77, 9262, 57847, 0.590517", "ngp_fox, 50, 15069, 98208, 0.902985"})
  void readsWhatColmapWrote(String scene, int images, int points, long observations, double error) {
    ModelStatistics statistics =
        ColmapModel.read(SampleScenes.folder(scene).resolve("sparse/0")).statistics();
    assertThat(statistics.registeredImages()).isEqualTo(images);
    assertThat(statistics.points()).isEqualTo(points);
    assertThat(statistics.observations()).isEqualTo(observations);
    assertThat(statistics.meanTrackLength()).isEqualTo((double) observations / points);
    assertThat(statistics.meanErrorPx()).isCloseTo(error, within(5e-7)); // as printed
  }

  @Test
  void countsTheFeaturesThatSeeAPoint() {
    ColmapModel fox = ColmapModel.read(SampleScenes.folder("ngp_fox").resolve("sparse/0"));
    assertThat(fox.images().stream().mapToInt(ColmapImage::observations).sum()).isEqualTo(98208);
  }

  private void copyCup() throws IOException {
    Path cup = SampleScenes.folder("cup_77").resolve("sparse/0");
    for (String name : List.of("cameras.bin", "images.bin", "points3D.bin")) {
      Files.write(folder.resolve(name), Files.readAllBytes(cup.resolve(name)));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"cameras.bin", "images.bin", "points3D.bin"})
  void refusesCutOffFiles(String name) throws IOException {
    copyCup();
    byte[] whole = Files.readAllBytes(folder.resolve(name));
    for (int length : new int[] {0, 7, 8, 9, 100, whole.length / 2, whole.length - 1}) {
      Files.write(folder.resolve(name), Arrays.copyOf(whole, length));
      assertRefused(
          UNSUPPORTED_INPUT, () -> ColmapModel.read(folder), name, "byte", "of " + length);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, Long.MAX_VALUE, 1L << 31, 1_000_000})
  void refusesLyingCountsWithoutTakingMemory(long count) throws IOException {
    copyCup();
    for (String name : List.of("cameras.bin", "images.bin", "points3D.bin")) {
      byte[] whole = Files.readAllBytes(folder.resolve(name));
      byte[] lying = whole.clone();
      ByteBuffer.wrap(lying).order(ByteOrder.LITTLE_ENDIAN).putLong(count);
      Files.write(folder.resolve(name), lying);
      assertRefused(UNSUPPORTED_INPUT, () -> ColmapModel.read(folder), name, "" + count);
      Files.write(folder.resolve(name), whole);
    }
  }

  /** A file of zeros that takes no disk. */
  @Test
  void refusesMorePointsThanItReads() throws IOException {
    copyCup();
    Path file = folder.resolve("points3D.bin");
    int points = ModelLimits.POINTS + 1;
    try (RandomAccessFile large = new RandomAccessFile(file.toFile(), "rw")) {
      large.writeLong(Long.reverseBytes(points));
      large.setLength(8 + 51L * points);
    }
    assertRefused(TOO_LARGE, () -> ColmapModel.read(folder), "points3D.bin", points + " points");
  }

  @Test
  void refusesAnUnknownCameraModel() throws IOException {
    copyCup();
    byte[] cameras = Files.readAllBytes(folder.resolve("cameras.bin"));
    ByteBuffer.wrap(cameras).order(ByteOrder.LITTLE_ENDIAN).putInt(12, 11);
    Files.write(folder.resolve("cameras.bin"), cameras);
    assertRefused(UNSUPPORTED_INPUT, () -> ColmapModel.read(folder), "camera model 11", "OPENCV");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "cameras.txt  | 1 ORTHO 4 4 1 1 1         | ORTHO",
        "cameras.txt  | 1 PINHOLE 4 4 1 1 1       | 3 parameters are not 4",
        "cameras.txt  | 1 PINHOLE 4 0 1 1 1 1     | 4 x 0",
        "cameras.txt  | 1 PINHOLE 4 4 -1 1 1 1    | focal length",
        "cameras.txt  | 1 PINHOLE 4 four 1 1 1 1  | four",
        "cameras.txt  | 1 PINHOLE 4 4 NaN 1 1 1   | NaN",
        "images.txt   | 1 1 0 0 0 0 0 0 1         | 9 fields",
        "images.txt   | 1 0 0 0 0 0 0 0 1 a.jpg~ | a.jpg",
        "images.txt   | 1 1 0 0 0 0 0 0 99 a.jpg~ | 99",
        "images.txt   | 1 1 0 0 0 0 0 0 7 a.jpg~1 2 | cut off",
        "points3D.txt | 1 0 0 0 1 1 1             | 7 fields",
        "points3D.txt | 1 0 0 0 1 1 1 0.5 4       | track",
        "points3D.txt | 1 0 0 x 1 1 1 0.5         | x"
      })
  void refusesBrokenText(String name, String lines, String word) throws IOException {
    ColmapTextWriter.write(model(), folder);
    Files.writeString(folder.resolve(name), "# comment\n\n" + lines.replace('~', '\n') + "\n");
    assertRefused(UNSUPPORTED_INPUT, () -> ColmapModel.read(folder), word);
  }

  @Test
  void saysWhatBelongsIntoAnEmptyFolder() {
    assertThat(ColmapModel.isAt(folder)).isFalse();
    assertRefused(NO_MODEL, () -> ColmapModel.read(folder), "points3D");
  }
}
