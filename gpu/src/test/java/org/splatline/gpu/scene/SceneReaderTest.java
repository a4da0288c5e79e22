package org.splatline.gpu.scene;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.splatline.gpu.verdict.Failures.assertRefused;
import static org.splatline.gpu.verdict.Verdict.FEW_IMAGES;
import static org.splatline.gpu.verdict.Verdict.NO_MODEL;
import static org.splatline.gpu.verdict.Verdict.UNREADABLE_IMAGES;
import static org.splatline.gpu.verdict.Verdict.UNSUPPORTED_INPUT;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.splatline.gpu.SampleScenes;
import org.splatline.gpu.picture.Picture;
import org.splatline.gpu.picture.TestPictures;
import org.splatline.gpu.scene.colmap.ColmapCamera;
import org.splatline.gpu.scene.colmap.ColmapCameraModel;
import org.splatline.gpu.scene.colmap.ColmapImage;
import org.splatline.gpu.scene.colmap.ColmapModel;
import org.splatline.gpu.scene.colmap.ColmapPoints;
import org.splatline.gpu.scene.colmap.ColmapTextWriter;

/** Reads scene folders with a COLMAP model. */
class SceneReaderTest {
  private static final double[] NO_TURN = {1, 0, 0, 0};
  private static final Intrinsics INTRINSICS = new Intrinsics(40, 30, 50, 51, 20, 15);
  private static final ColmapCamera PINHOLE = pinhole(INTRINSICS);

  @TempDir Path folder;

  private static ColmapCamera pinhole(Intrinsics in) {
    return ColmapCamera.pinhole(in.width(), in.height(), in.fx(), in.fy(), in.cx(), in.cy());
  }

  private static ColmapImage image(int id, String name) {
    return new ColmapImage(id, name, 1, NO_TURN, new double[] {id, 0, 0}, 0);
  }

  private void writeModel(ColmapCamera camera, ColmapPoints points, List<String> names)
      throws IOException {
    List<ColmapImage> images = new ArrayList<>();
    for (String name : names) {
      images.add(image(images.size(), name));
    }
    ColmapTextWriter.write(
        new ColmapModel(Map.of(1, camera), images, points), folder.resolve("sparse/0"));
  }

  private void writeScene(String... names) throws IOException {
    writeModel(PINHOLE, ColmapPoints.none(), List.of(names));
    for (String name : names) {
      TestPictures.write(folder.resolve("images").resolve(name), 40, 30);
    }
  }

  private Scene read() {
    return SceneReader.read("s", folder, 0.6);
  }

  @Test
  void holdsOutEveryEighthByNameInCodeUnitOrder() throws IOException {
    writeScene(
        "b.png",
        "a/10.png",
        "a/9.png",
        "B.png",
        "é.png",
        "c.png",
        "d.png",
        "e.png",
        "f.png",
        "g.png");
    Scene scene = read();
    // B.png < a/10.png < a/9.png < b.png < c … g < é
    assertThat(scene.testViews()).extracting(View::name).containsExactly("B.png", "g.png");
    assertThat(scene.trainViews())
        .extracting(View::name)
        .containsExactly(
            "a/10.png", "a/9.png", "b.png", "c.png", "d.png", "e.png", "f.png", "é.png");
    View view = scene.testViews().get(0);
    assertThat(view.image()).isEqualTo(folder.resolve("images/B.png"));
    assertThat(view.camera().intrinsics()).isEqualTo(INTRINSICS);
    assertThat(view.camera().translation()).containsExactly(3, 0, 0);
    assertThat(scene.missing()).isEmpty();
  }

  @Test
  void readsSeveralCamerasOfMixedSizes() throws IOException {
    Intrinsics wide = new Intrinsics(60, 30, 40, 41, 29, 16);
    Intrinsics tall = new Intrinsics(24, 48, 70, 71, 11, 25);
    List<ColmapImage> images = new ArrayList<>();
    List<String> names = List.of("a.png", "b.png", "c.png", "d.png");
    for (int i = 0; i < 4; i++) {
      images.add(new ColmapImage(i, names.get(i), 1 + i % 2, NO_TURN, new double[] {i, 0, 0}, 0));
      TestPictures.write(
          folder.resolve("images").resolve(names.get(i)),
          i % 2 == 0 ? 60 : 24,
          i % 2 == 0 ? 30 : 48);
    }
    TestPictures.write(folder.resolve("images/d.png"), 12, 24); // half its camera's size
    ColmapTextWriter.write(
        new ColmapModel(Map.of(1, pinhole(wide), 2, pinhole(tall)), images, ColmapPoints.none()),
        folder.resolve("sparse/0"));
    List<View> views = read().trainViews();
    assertThat(views).extracting(View::name).containsExactly("b.png", "c.png", "d.png");
    assertThat(views)
        .extracting(view -> view.camera().intrinsics())
        .containsExactly(tall, wide, new Intrinsics(12, 24, 35, 35.5, 5.5, 12.5));
  }

  @Test
  void findsMasksByEitherNameAndLeavesOthersWhole() throws IOException {
    writeScene("a.jpg", "d/b.jpg", "c.d/e.jpg", "f.jpg");
    Path colmaps = TestPictures.write(folder.resolve("masks/a.jpg.png"), 40, 30);
    TestPictures.write(folder.resolve("masks/a.png"), 1, 1);
    Path stems = TestPictures.write(folder.resolve("masks/d/b.png"), 40, 30);
    TestPictures.write(folder.resolve("masks/c.png"), 40, 30);
    List<View> views = new ArrayList<>(read().testViews());
    views.addAll(read().trainViews());
    assertThat(views)
        .extracting(View::name)
        .containsExactly("a.jpg", "c.d/e.jpg", "d/b.jpg", "f.jpg");
    assertThat(views)
        .extracting(View::mask)
        .containsExactly(
            Optional.of(colmaps), Optional.empty(), Optional.of(stems), Optional.empty());
  }

  @Test
  void readsPhotographsWithTheirMasks() throws IOException {
    writeScene("a.png", "b.png");
    BufferedImage mask = new BufferedImage(40, 30, BufferedImage.TYPE_BYTE_GRAY);
    for (int p = 0; p < 40 * 30; p++) {
      mask.getRaster().setSample(p % 40, p / 40, 0, p % 40 < 10 ? 127 : 128);
    }
    TestPictures.write(folder.resolve("masks/b.png"), mask);
    assertThat(read().testViews().get(0).picture().isMasked()).isFalse();
    Picture picture = read().trainViews().get(0).picture();
    assertThat(picture.counted()).isEqualTo(30 * 30);
    assertThat(picture.counts(9)).isFalse();
    assertThat(picture.counts(10)).isTrue();
  }

  @Test
  void refusesMasksOfAnotherSize() throws IOException {
    writeScene("a.png", "b.png");
    TestPictures.write(folder.resolve("masks/b.png.png"), 30, 40);
    assertRefused(UNSUPPORTED_INPUT, this::read, "masks/b.png.png", "30 x 40 px", "40 x 30 px");
    Files.writeString(folder.resolve("masks/b.png.png"), "not a picture");
    assertRefused(UNREADABLE_IMAGES, this::read, "b.png.png");
  }

  @Test
  void takesTheModelsFinitePoints() throws IOException {
    writeScene("a.png", "b.png");
    ColmapPoints points =
        new ColmapPoints(
            new double[] {1, 2, 3, Double.NaN, 0, 0, 4, 5, 1e300},
            new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9},
            new double[3],
            new int[3]);
    writeModel(PINHOLE, points, List.of("a.png", "b.png"));
    assertThat(read().points().positions()).containsExactly(1, 2, 3);
    assertThat(read().points().colors()).containsExactly(1, 2, 3);
    assertThat(read().points().origin()).isEqualTo(SparsePoints.Origin.MEASURED);
  }

  @Test
  void knowsWhichPointsAViewHasObserved() throws IOException {
    writeScene("a.png", "b.png");
    Files.writeString(
        folder.resolve("sparse/0/points3D.txt"),
        """
        1 0 0 5 1 2 3 0.5 0 0 1 3
        2 0 NaN 6 1 2 3 0.5 0 1 1 4
        7 0 0 7 1 2 3 0.5
        3 0 0 8 1 2 3 0.5 1 5 1 9 44 0
        """);
    Map<String, int[]> observed = read().points().observed();
    assertThat(observed).containsOnlyKeys("a.png", "b.png");
    assertThat(observed.get("a.png")).containsExactly(0);
    assertThat(observed.get("b.png")).containsExactly(0, 2);
  }

  @Test
  void scattersPointsWhereTheCamerasLookWhenThereAreNone() throws IOException {
    writeScene("a.png", "b.png");
    double h = Math.sqrt(0.5); // a quarter turn about y: this camera looks along -x or +x
    ColmapImage along = new ColmapImage(1, "a.png", 1, NO_TURN, new double[] {0, 0, 6}, 0);
    ColmapImage across =
        new ColmapImage(2, "b.png", 1, new double[] {h, 0, h, 0}, new double[] {0, 0, 6}, 0);
    ColmapTextWriter.write(
        new ColmapModel(Map.of(1, PINHOLE), List.of(along, across), ColmapPoints.none()),
        folder.resolve("sparse/0"));
    float[] positions = read().points().positions();
    assertThat(positions).hasSize(3 * 100_000);
    float farthest = 0;
    double sum = 0;
    for (float p : positions) {
      farthest = Math.max(farthest, Math.abs(p));
      sum += p;
    }
    assertThat(farthest).isCloseTo(0.33f * 6, within(1e-3f)); // both axes meet in the origin
    assertThat(sum / positions.length).isCloseTo(0, within(0.02));
    assertThat(read().points().positions()).as("same each time").isEqualTo(positions);
    assertThat(read().points().origin()).isEqualTo(SparsePoints.Origin.RANDOM);
  }

  @Test
  void copesWithCamerasThatAllLookTheSameWay() throws IOException {
    writeScene("a.png", "b.png", "c.png");
    double[] center =
        StartingPoints.nearestToAxes(read().trainViews().stream().map(View::camera).toList());
    assertThat(center).containsExactly(new double[] {-1.5, 0, 0}, within(1e-6));
  }

  @Test
  void recordsAbsentImagesAndRefusesTooMany() throws IOException {
    writeScene("a.png", "b.png", "c.png", "d.png", "e.png");
    Files.delete(folder.resolve("images/b.png"));
    Files.delete(folder.resolve("images/d.png"));
    assertThat(read().missing()).containsExactly("b.png", "d.png");
    assertThat(read().testViews()).extracting(View::name).containsExactly("a.png");
    Files.delete(folder.resolve("images/e.png"));
    assertRefused(FEW_IMAGES, this::read, "2 of the 5", "60 %", "b.png", "min-present-share");
    assertThat(SceneReader.read("s", folder, 0.4).trainViews()).hasSize(1);
  }

  @Test
  void fitsTheCameraToPicturesOfAnotherSize() throws IOException {
    writeScene("a.png", "b.png");
    TestPictures.write(folder.resolve("images/a.png"), 80, 60);
    TestPictures.write(folder.resolve("images/b.png"), 13, 10); // 13.3 x 10
    assertThat(read().testViews().get(0).camera().intrinsics())
        .isEqualTo(new Intrinsics(80, 60, 100, 102, 40, 30));
    assertThat(read().trainViews().get(0).camera().intrinsics())
        .isEqualTo(INTRINSICS.resized(13, 10));
  }

  @Test
  void refusesPicturesOfAnotherShape() throws IOException {
    writeScene("a.png", "b.png");
    TestPictures.write(folder.resolve("images/a.png"), 30, 40);
    assertRefused(UNSUPPORTED_INPUT, this::read, "a.png", "40 x 30", "30 x 40");
  }

  @Test
  void tellsDistortedCamerasFromPinholes() throws IOException {
    writeScene("a.png", "b.png");
    assertThat(SceneReader.isDistorted("s", folder, 0.6)).isFalse();
    ColmapCamera bent =
        new ColmapCamera(ColmapCameraModel.SIMPLE_RADIAL, 40, 30, new double[] {50, 20, 15, 0.1});
    writeModel(bent, ColmapPoints.none(), List.of("a.png", "b.png"));
    assertThat(SceneReader.isDistorted("s", folder, 0.6)).isTrue();
    assertRefused(UNSUPPORTED_INPUT, this::read, "SIMPLE_RADIAL", "splatline undistort --scene");
  }

  @ParameterizedTest
  @ValueSource(strings = {"../a.png", "x/../../a.png", "/etc/a.png", "..\\a.png", ".", "a\0b.png"})
  void refusesNamesThatLeadOutOfTheImages(String name) throws IOException {
    writeScene("a.png", "b.png");
    writeModel(PINHOLE, ColmapPoints.none(), List.of("a.png", "b.png", name));
    assertRefused(UNSUPPORTED_INPUT, this::read, "below");
  }

  @Test
  void refusesAFolderThatIsNot() {
    assertRefused(
        UNSUPPORTED_INPUT, () -> SceneReader.read("s", folder.resolve("none"), 1), "no folder");
  }

  @Test
  void refusesAFolderWithoutAModel() throws IOException {
    TestPictures.write(folder.resolve("images/a.png"), 40, 30);
    assertRefused(NO_MODEL, this::read, "sparse/0", "transforms.json");
    writeScene("a.png", "b.png");
    Files.move(folder.resolve("sparse/0"), folder.resolve("moved"));
    Files.delete(folder.resolve("sparse"));
    Files.move(folder.resolve("moved"), folder.resolve("sparse"));
    assertRefused(NO_MODEL, this::read, "Move the files of sparse/ into sparse/0/");
  }

  @Test
  void refusesNoImagesAndOneImage() throws IOException {
    writeModel(PINHOLE, ColmapPoints.none(), List.of("a.png", "b.png"));
    assertRefused(FEW_IMAGES, this::read, "0 of the 2", "a.png is missing");
    writeScene("a.png");
    assertRefused(FEW_IMAGES, this::read, "1 of the 1");
    writeModel(PINHOLE, ColmapPoints.none(), List.of());
    assertRefused(FEW_IMAGES, this::read, "0 of the 0");
  }

  @Test
  void refusesTextNamedJpg() throws IOException {
    writeScene("a.jpg", "b.jpg");
    Files.writeString(folder.resolve("images/b.jpg"), "not a picture");
    assertRefused(UNREADABLE_IMAGES, this::read, "b.jpg");
  }

  @Test
  void readsASampleSceneOfOneCameraAnImage() {
    Scene cup = SceneReader.read("cup", SampleScenes.folder("cup_77"), 0.6);
    assertThat(cup.testViews()).hasSize(10);
    assertThat(cup.trainViews()).hasSize(67);
    assertThat(cup.points().observed()).hasSize(77);
    assertThat(cup.points().observed().values().stream().mapToInt(o -> o.length).sum())
        .as("observations, of 57,847 with those of a point's second feature in an image")
        .isBetween(57_000, 57_847);
    assertThat(cup.points().size()).isEqualTo(9262);
  }

  @Test
  void prefersTheColmapModelAndSeesItsDistortion() {
    Path fox = SampleScenes.folder("ngp_fox");
    SceneImages images = SceneImages.read("fox", fox, 0.6);
    assertThat(images.missing()).as("17 frames of transforms.json are absent").isEmpty();
    assertThat(images.points().size()).isEqualTo(15069);
    assertThat(SceneReader.isDistorted("fox", fox, 0.6)).isTrue();
  }
}
