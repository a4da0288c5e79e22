package org.splatline.gpu.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.splatline.gpu.colmap.ColmapBinary;
import org.splatline.gpu.scene.Scene;
import org.splatline.gpu.scene.SceneReader;
import org.splatline.gpu.synthetic.SyntheticScene;
import org.splatline.gpu.verdict.SceneException;
import picocli.CommandLine;

/** With the installed COLMAP, on photographs that the test makes. */
class SfmCommandIT {
  private static final int PHOTOGRAPHS = 8;

  @TempDir Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int sfm(Path scene) {
    CommandLine commands = TrainerMain.commandLine();
    commands.setOut(new PrintWriter(out, true));
    commands.setErr(new PrintWriter(err, true));
    String[] arguments = {
      "sfm",
      "--scene",
      scene.toString(),
      "--out",
      folder.resolve("scene").toString(),
      "--set",
      "sfm.max-features=1000",
      "--set",
      "sfm.min-images=5"
    };
    return TrainerMain.run(commands, arguments);
  }

  @Test
  void photographsBecomeASceneToTrain() throws IOException, InterruptedException {
    try {
      new ColmapBinary("colmap").probe();
    } catch (SceneException e) {
      assumeTrue(false, "COLMAP is not installed: " + e.getMessage());
    }
    Path photographs = folder.resolve("my photographs");
    SyntheticScene.of(SyntheticScene.Kind.STUDIO, 1)
        .writePhotographs(photographs, 4 * PHOTOGRAPHS, 320, 240);
    keepSome(photographs);

    int code = sfm(photographs);

    assertThat(code).as(err.toString()).isZero();
    Path scene = folder.resolve("scene");
    assertThat(out.toString())
        .contains("8 of 8 photographs have a camera")
        .contains("Train it: bin/splatline train --scene " + scene);
    assertThat(scene.toFile().list())
        .containsExactlyInAnyOrder("images", "sparse", "logs", "sfm.json");
    Scene read = SceneReader.read("scene", scene, 1);
    assertThat(read.trainViews()).hasSize(PHOTOGRAPHS - 1);
    assertThat(read.points().size()).isGreaterThan(100);

    assertThat(sfm(photographs)).isEqualTo(TrainerMain.USAGE);
    assertThat(err.toString()).contains("it is not empty. Name another folder with --out");
  }

  /** The first eight of many: they are close to each other. */
  private static void keepSome(Path photographs) throws IOException {
    Path images =
        Files.isDirectory(photographs.resolve("images"))
            ? photographs.resolve("images")
            : photographs;
    String[] names = images.toFile().list();
    Arrays.sort(names);
    for (int i = PHOTOGRAPHS; i < names.length; i++) {
      Files.delete(images.resolve(names[i]));
    }
  }

  @Test
  void trainOnPhotographsNamesTheCommand() throws IOException {
    Path photographs = Files.createDirectories(folder.resolve("plain"));
    CommandLine commands = TrainerMain.commandLine();
    commands.setErr(new PrintWriter(err, true));
    String[] arguments = {
      "train", "--scene", photographs.toString(), "--out", folder.resolve("out").toString()
    };
    assertThat(TrainerMain.run(commands, arguments)).isEqualTo(TrainerMain.SCENES_FAILED);
    assertThat(err.toString())
        .contains("Find its cameras first: bin/splatline sfm --scene " + photographs);
  }
}
