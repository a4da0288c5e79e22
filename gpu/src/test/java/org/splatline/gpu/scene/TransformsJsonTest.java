package org.splatline.gpu.scene;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.splatline.gpu.verdict.Failures.assertRefused;
import static org.splatline.gpu.verdict.Verdict.FEW_IMAGES;
import static org.splatline.gpu.verdict.Verdict.UNSUPPORTED_INPUT;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.splatline.gpu.SampleScenes;
import org.splatline.gpu.picture.TestPictures;
import org.splatline.gpu.scene.colmap.ColmapCameraModel;

class TransformsJsonTest {
  private static final String IDENTITY = "[[1,0,0,1],[0,1,0,2],[0,0,1,3],[0,0,0,1]]";

  @TempDir Path folder;

  @BeforeEach
  void pictures() throws IOException {
    for (String name : new String[] {"a", "b", "c"}) {
      TestPictures.write(folder.resolve("images/" + name + ".png"), 40, 30);
    }
  }

  private static String frame(String path, String more) {
    return "{\"file_path\":\"%s\",%s\"transform_matrix\":%s}".formatted(path, more, IDENTITY);
  }

  private void write(String name, String root, String... frames) throws IOException {
    Files.writeString(
        folder.resolve(name), "{%s\"frames\":[%s]}".formatted(root, String.join(",", frames)));
  }

  private Scene read() {
    return SceneReader.read("s", folder, 0.6);
  }

  private SourceImage first() {
    return SceneImages.read("s", folder, 0.6).present().get(0);
  }

  @Test
  void turnsOpenGlCamerasIntoOurs() throws IOException {
    write("transforms.json", "\"fl_x\":50,", frame("images/a.png", ""), frame("images/b.png", ""));
    Camera camera = read().testViews().get(0).camera();
    // OpenGL looks along -z with y up: ours has y and z turned round.
    assertThat(camera.forward()).containsExactly(0, 0, -1);
    assertThat(camera.rotation()).containsExactly(1, 0, 0, 0, -1, 0, 0, 0, -1);
    assertThat(camera.center()).containsExactly(1, 2, 3);
  }

  @Test
  void takesWhatIsMissingFromThePictureAndTheRoot() throws IOException {
    write(
        "transforms.json",
        "\"fl_x\":50,",
        frame("./images/a", ""),
        frame("images/b.png", "\"fl_x\":60,\"fl_y\":61,\"cx\":19,\"cy\":14,\"w\":40,\"h\":30,"));
    assertThat(read().testViews().get(0).name())
        .as("without folder, with suffix")
        .isEqualTo("a.png");
    assertThat(read().testViews().get(0).camera().intrinsics())
        .isEqualTo(new Intrinsics(40, 30, 50, 50, 20, 15));
    assertThat(read().trainViews().get(0).camera().intrinsics())
        .isEqualTo(new Intrinsics(40, 30, 60, 61, 19, 14));
  }

  @Test
  void readsAnglesOfView() throws IOException {
    String angle = "\"camera_angle_x\":" + 2 * Math.atan(0.5) + ",";
    write("transforms.json", angle, frame("images/a", ""), frame("images/b", ""));
    Intrinsics in = read().testViews().get(0).camera().intrinsics();
    assertThat(in.fx()).isCloseTo(40, within(1e-9)); // half the width over tan of half the angle
    assertThat(in.fy()).isEqualTo(in.fx());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'\"k1\":0,\"p2\":0.0,'                   | PINHOLE        | false",
        "'\"k1\":0.1,\"k2\":0.2,\"p1\":3,\"p2\":4,' | OPENCV         | true",
        "'\"k3\":0.1,'                            | FULL_OPENCV    | true",
        "'\"is_fisheye\":true,\"k4\":0.1,'        | OPENCV_FISHEYE | true",
        "'\"camera_model\":\"OPENCV_FISHEYE\",'   | OPENCV_FISHEYE | true"
      })
  void readsDistortion(String keys, ColmapCameraModel model, boolean distorted) throws IOException {
    write("transforms.json", "\"fl_x\":50," + keys, frame("images/a", ""), frame("images/b", ""));
    assertThat(first().camera().model()).isEqualTo(model);
    assertThat(SceneReader.isDistorted("s", folder, 0.6)).isEqualTo(distorted);
  }

  @Test
  void takesOverTheSplitOfTrainAndTest() throws IOException {
    write(
        "transforms_train.json",
        "\"camera_angle_x\":1,",
        frame("images/a", ""),
        frame("images/c", ""));
    write("transforms_test.json", "\"camera_angle_x\":1,", frame("images/b", ""));
    assertThat(read().trainViews()).extracting(View::name).containsExactly("a.png", "c.png");
    assertThat(read().testViews()).extracting(View::name).containsExactly("b.png");
    assertThat(read().points().positions()).as("±1.3").hasSize(300_000);
    Files.delete(folder.resolve("transforms_test.json"));
    assertThat(read().testViews()).extracting(View::name).containsExactly("a.png");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"frames\":[                                   | line 1",
        "[]                                              | frames",
        "{\"frames\":[{}]}                               | file_path",
        "{\"frames\":[{\"file_path\":\"images/a\"}]}     | fl_x",
        "{\"fl_x\":5,\"frames\":[{\"file_path\":\"images/a\"}]}  | row 0, column 0",
        "{\"fl_x\":\"5\",\"frames\":[{\"file_path\":\"images/a\"}]} | not a number",
        "{\"fl_x\":-5,\"frames\":[{\"file_path\":\"images/a\"}]} | focal length",
        "{\"fl_x\":5,\"k4\":1,\"frames\":[{\"file_path\":\"images/a\"}]} | k4",
        "{\"fl_x\":5,\"frames\":[{\"file_path\":\"../a.png\"}]}  | ../a.png",
        "{\"fl_x\":5,\"frames\":[{\"file_path\":\"images/a\",\"transform_matrix\":[[1,1,0,0],[0,1,0,0],[0,0,1,0]]}]} | frame 0",
        "{\"fl_x\":5,\"frames\":[{\"file_path\":\"images/a\",\"transform_matrix\":[[-1,0,0,0],[0,1,0,0],[0,0,1,0]]}]} | rotation",
        "{\"fl_x\":5,\"w\":9,\"h\":90,\"frames\":[{\"file_path\":\"images/a\"}]} | 9 x 90"
      })
  void refusesBrokenFiles(String json, String word) throws IOException {
    Files.writeString(folder.resolve("transforms.json"), json);
    assertRefused(UNSUPPORTED_INPUT, this::read, "transforms.json", word);
  }

  @Test
  void refusesAFileWithoutFrames() throws IOException {
    write("transforms.json", "");
    assertRefused(FEW_IMAGES, this::read, "0 of the 0");
  }

  @Test
  void recordsAbsentFramesOfASampleScene() {
    SceneImages fox = TransformsJson.read(SampleScenes.folder("ngp_fox"));
    assertThat(fox.present()).hasSize(50);
    assertThat(fox.missing()).hasSize(17).contains("0005.jpg");
    assertThat(fox.present().get(0).camera().model()).isEqualTo(ColmapCameraModel.OPENCV);
  }

  /**
   * Its transforms.json was made from another COLMAP run: angles between views must still agree.
   */
  @Test
  void agreesWithTheColmapModelOnHowTheViewsTurn() {
    Path folder = SampleScenes.folder("ngp_fox");
    SceneImages json = TransformsJson.read(folder);
    SceneImages colmap = SceneImages.read("fox", folder, 0.6);
    for (int i = 1; i < json.present().size(); i++) {
      assertThat(json.present().get(i).name()).isEqualTo(colmap.present().get(i).name());
      assertThat(angleFromFirst(json, i)).isCloseTo(angleFromFirst(colmap, i), within(0.02));
    }
  }

  /** Of the optical axes, radians. */
  private static double angleFromFirst(SceneImages images, int i) {
    double[] a = images.present().get(0).pinhole().forward();
    double[] b = images.present().get(i).pinhole().forward();
    return Math.acos(Math.min(1, a[0] * b[0] + a[1] * b[1] + a[2] * b[2]));
  }

  @Test
  void readsANerfSyntheticScene() {
    Scene chair = SceneReader.read("chair", SampleScenes.folder("nerf_chair"), 0.6);
    assertThat(chair.trainViews()).hasSize(100);
    assertThat(chair.testViews()).hasSize(25);
    Camera camera = chair.trainViews().get(0).camera();
    assertThat(camera.intrinsics().fx()).isCloseTo(1111.111, within(1e-3)); // as published
    double[] center =
        StartingPoints.nearestToAxes(chair.trainViews().stream().map(View::camera).toList());
    assertThat(center).as("all look at the origin").containsExactly(new double[3], within(0.01));
    float farthest = 0;
    for (float p : chair.points().positions()) {
      farthest = Math.max(farthest, Math.abs(p));
    }
    assertThat(farthest).isCloseTo(1.3f, within(1e-3f));
  }
}
