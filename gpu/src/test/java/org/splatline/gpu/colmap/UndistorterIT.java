package org.splatline.gpu.colmap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.splatline.gpu.SampleScenes;
import org.splatline.gpu.cli.TrainerMain;
import org.splatline.gpu.cli.UndistortCommand;
import org.splatline.gpu.picture.Picture;
import org.splatline.gpu.picture.PictureReader;
import org.splatline.gpu.picture.TestPictures;
import org.splatline.gpu.scene.Scene;
import org.splatline.gpu.scene.SceneReader;
import org.splatline.gpu.scene.View;
import org.splatline.gpu.scene.colmap.ColmapBinaryWriter;
import org.splatline.gpu.scene.colmap.ColmapCamera;
import org.splatline.gpu.scene.colmap.ColmapModel;
import org.splatline.gpu.synthetic.HeldPhotographs;
import org.splatline.gpu.verdict.SceneException;
import picocli.CommandLine;

/** Runs COLMAP on a small synthetic scene, and on ngp_fox's models with small pictures. */
class UndistorterIT {
  private static final Duration TIMEOUT = Duration.ofMinutes(2);
  private static final String ODD = "a %6D #1? 'b' [c] {d} ^ & * $e ü 庭.png";
  private static final String FRAME =
      """
      {"file_path":"%s","transform_matrix":[[1,0,0,%d],[0,1,0,0],[0,0,1,0],[0,0,0,1]]}""";

  @TempDir Path folder;
  private ColmapBinary colmap;
  private Path scene;
  private Path out;
  private final List<String> lines = Collections.synchronizedList(new ArrayList<>());

  @BeforeEach
  void findColmap() throws Exception {
    colmap = InstalledColmap.require();
    scene = Files.createDirectories(folder.resolve("my \"scene\" of " + ODD));
    out = folder.resolve("new " + ODD + "/out");
  }

  private void undistort() throws Exception {
    new Undistorter(colmap, TIMEOUT).undistort("s", scene, out, 0.6, lines::add);
  }

  private void writeTransforms(String... paths) throws IOException {
    List<String> frames = new ArrayList<>();
    for (String path : paths) {
      frames.add(FRAME.formatted(path, frames.size()));
    }
    Files.writeString(
        scene.resolve("transforms.json"),
        "{\"fl_x\":100,\"k1\":0.1,\"frames\":[%s]}".formatted(String.join(",", frames)));
  }

  @Test
  void undistortsTheImagesOfTransformsThatArePresent() throws Exception {
    writeTransforms("images/day 1/" + ODD, "images/c", "images/absent.png");
    TestPictures.write(scene.resolve("images/day 1/" + ODD), 80, 60);
    TestPictures.write(scene.resolve("images/c.png"), 80, 60);
    undistort();
    Scene read = SceneReader.read("s", out, 1);
    assertThat(read.testViews()).extracting(View::name).containsExactly("c.png");
    assertThat(read.trainViews()).extracting(View::name).containsExactly("day 1/" + ODD);
    assertThat(read.missing()).isEmpty();
    assertThat(read.trainViews().get(0).camera().forward())
        .containsExactly(new double[] {0, 0, -1}, within(1e-12));
    assertThat(lines).anyMatch(line -> line.startsWith("Undistorting image"));
    assertThat(out.toFile().list()).containsExactlyInAnyOrder("images", "sparse");
    assertThat(out.getParent().toFile().list())
        .as("log and work folder are deleted")
        .containsExactly("out");
  }

  @Test
  void undistortsPicturesOutsideImages() throws Exception {
    writeTransforms("train/a", "train/b");
    TestPictures.write(scene.resolve("train/a.png"), 80, 60);
    TestPictures.write(scene.resolve("train/b.png"), 80, 60);
    Files.writeString(scene.resolve("alignment.json"), "{}");
    undistort();
    assertThat(SceneReader.isDistorted("s", out, 1)).isFalse();
    assertThat(out.resolve("images/train/a.png")).isRegularFile();
    assertThat(SceneReader.read("s", out, 1).alignment()).contains(out.resolve("alignment.json"));
  }

  @Test
  void refusesPicturesThatAreStoredOnTheirSide() throws Exception {
    Files.writeString(
        scene.resolve("transforms.json"),
        "{\"fl_x\":100,\"k1\":0.1,\"w\":60,\"h\":80,\"frames\":[%s,%s]}"
            .formatted(FRAME.formatted("a.jpg", 0), FRAME.formatted("b.jpg", 1)));
    BufferedImage stored = new BufferedImage(80, 60, BufferedImage.TYPE_3BYTE_BGR);
    HeldPhotographs.write(scene.resolve("a.jpg"), stored, 6);
    HeldPhotographs.write(scene.resolve("b.jpg"), stored, 6);
    assertThatThrownBy(this::undistort)
        .isInstanceOf(SceneException.class)
        .hasMessageContaining("a.jpg: it is stored on its side with 80 x 60 px");
  }

  /** The left half of one picture's mask is black. The other picture has no mask. */
  @Test
  void undistortsMasksWithTheirPictures() throws Exception {
    writeTransforms("images/day 1/a.jpg", "images/b.png");
    TestPictures.write(scene.resolve("images/day 1/a.jpg"), 80, 60);
    TestPictures.write(scene.resolve("images/b.png"), 80, 60);
    BufferedImage mask = new BufferedImage(80, 60, BufferedImage.TYPE_BYTE_GRAY);
    mask.getRaster().setSamples(40, 0, 40, 60, 0, filled(40 * 60, 255));
    Files.createDirectories(scene.resolve("masks/day 1"));
    ImageIO.write(mask, "png", scene.resolve("masks/day 1/a.png").toFile());
    undistort();
    assertThat(out.toFile().list()).containsExactlyInAnyOrder("images", "masks", "sparse");
    Scene read = SceneReader.read("s", out, 1);
    View masked = read.trainViews().get(0);
    assertThat(masked.mask()).contains(out.resolve("masks/day 1/a.jpg.png"));
    assertThat(read.testViews().get(0).mask()).isEmpty();
    Picture picture = masked.picture();
    int width = picture.width();
    int row = picture.height() / 2 * width;
    assertThat(picture.counts(row + width / 2 - 2)).isFalse();
    assertThat(picture.counts(row + width / 2 + 2)).isTrue();
    assertThat((double) picture.counted() / (width * picture.height()))
        .isCloseTo(0.5, within(0.05));
  }

  private static int[] filled(int length, int value) {
    int[] values = new int[length];
    Arrays.fill(values, value);
    return values;
  }

  @Test
  void trainUndistortsAgainWhenAPictureChanges() throws Exception {
    writeTransforms("images/a", "images/b", "images/c");
    for (String name : List.of("a", "b", "c")) {
      TestPictures.write(scene.resolve("images/" + name + ".png"), 80, 60);
    }
    train();
    train();
    assertThat(undistorted()).as("once per content").hasSize(1);
    TestPictures.write(scene.resolve("images/c.png"), 160, 120);
    train();
    assertThat(undistorted()).as("again when a picture changed").hasSize(2);
  }

  private void train() {
    String[] arguments = {
      "train",
      "--scene",
      scene.toString(),
      "--out",
      out.toString(),
      "--backend",
      "cpu",
      "--steps",
      "1",
      "--set",
      "export.formats=[ply]"
    };
    assertThat(TrainerMain.run(TrainerMain.commandLine(), arguments)).isZero();
  }

  private List<String> undistorted() {
    return Stream.of(out.toFile().list()).filter(name -> name.startsWith("undistorted-")).toList();
  }

  @Test
  void runsAsACommandOnReducedPicturesOfASampleScene() throws Exception {
    Path fox = SampleScenes.folder("ngp_fox");
    Path model = Files.createDirectories(scene.resolve("sparse/0"));
    for (String name : List.of("cameras.bin", "images.bin", "points3D.bin")) {
      Files.write(model.resolve(name), Files.readAllBytes(fox.resolve("sparse/0").resolve(name)));
    }
    for (var image : ColmapModel.read(model).images()) {
      TestPictures.write(scene.resolve("images").resolve(image.name()), 135, 240); // an eighth
    }
    int code =
        new CommandLine(new UndistortCommand())
            .execute("--scene", scene.toString(), "--out", out.toString());
    assertThat(code).isZero();
    Scene read = SceneReader.read("fox", out, 1);
    assertThat(read.trainViews()).hasSize(43);
    assertThat(read.points().size()).isEqualTo(15069);
    for (View view : read.trainViews()) {
      assertThat(PictureReader.size(view.image()).width())
          .isEqualTo(view.camera().intrinsics().width());
      assertThat(view.camera().intrinsics().fx()).isCloseTo(1375.52 / 8, within(5.0));
    }
  }

  /** Models that COLMAP converts to text are the same as those read from its binary files. */
  @Test
  void modelsAgreeWithColmapsOwnConverter() throws Exception {
    ColmapModel fox = ColmapModel.read(SampleScenes.folder("ngp_fox").resolve("sparse/0"));
    Path original = SampleScenes.folder("ngp_fox").resolve("sparse/0").toAbsolutePath();
    Path text = Files.createDirectories(folder.resolve("text"));
    convert(original, text);
    ColmapModel read = ColmapModel.read(text);
    assertThat(read.statistics().observations()).isEqualTo(fox.statistics().observations());
    assertThat(read.statistics().meanErrorPx())
        .isCloseTo(fox.statistics().meanErrorPx(), within(1e-9));
    assertThat(read.images()).hasSameSizeAs(fox.images());
    ColmapCamera camera = fox.cameras().values().iterator().next();
    assertThat(read.cameras().values().iterator().next().params())
        .containsExactly(camera.params(), within(1e-9));

    ColmapBinaryWriter.write(fox, folder.resolve("ours"));
    Path ours = Files.createDirectories(folder.resolve("ours-as-text"));
    convert(folder.resolve("ours"), ours);
    assertThat(ColmapModel.read(ours).statistics().points()).isEqualTo(15069);
    assertThat(ColmapModel.read(ours).cameras().keySet()).isEqualTo(fox.cameras().keySet());
  }

  private void convert(Path from, Path to) throws Exception {
    ProcessResult result =
        ColmapProcess.run(
            colmap.command(
                "model_converter",
                "--input_path",
                from.toString(),
                "--output_path",
                to.toString(),
                "--output_type",
                "TXT"),
            folder,
            folder.resolve("log"),
            ProcessLimits.of(TIMEOUT),
            lines::add);
    assertThat(result.exitCode()).as(result.tail()).isZero();
  }
}
