package org.splatline.gpu.colmap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.splatline.gpu.verdict.Failures.assertRefused;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.splatline.gpu.picture.TestPictures;
import org.splatline.gpu.verdict.Verdict;

/** What happens when COLMAP fails. Other programs replace it here. */
class UndistorterTest {
  @TempDir Path folder;

  private void undistort(String program, Path out) throws IOException, InterruptedException {
    new Undistorter(new ColmapBinary(program), Duration.ofSeconds(20))
        .undistort("s", scene(), out, 1, line -> {});
  }

  private Path scene() throws IOException {
    Path scene = folder.resolve("scene");
    String frame =
        "{\"file_path\":\"images/%s\",\"transform_matrix\":[[1,0,0,0],[0,1,0,0],[0,0,1,0]]}";
    TestPictures.write(scene.resolve("images/a.png"), 8, 6);
    TestPictures.write(scene.resolve("images/b.png"), 8, 6);
    Files.writeString(
        scene.resolve("transforms.json"),
        "{\"fl_x\":9,\"k1\":1,\"frames\":[%s,%s]}"
            .formatted(frame.formatted("a"), frame.formatted("b")));
    return scene;
  }

  @Test
  void refusesAFolderThatIsNotEmpty() throws IOException {
    Path out = Files.createDirectory(folder.resolve("out"));
    Files.writeString(out.resolve("precious"), "");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> undistort("true", out))
        .withMessageContaining("--out");
    assertThat(out.resolve("precious")).exists();
  }

  @Test
  void namesWhatToInstallWithoutColmap() {
    assertRefused(
        Verdict.TOOL_MISSING,
        () -> undistort("no-such-colmap", folder.resolve("out")),
        "apt-get install colmap");
    assertThat(folder.resolve("out")).doesNotExist();
  }

  @Test
  void checksThePicturesAndNotTheExitCode() {
    Path out = folder.resolve("out");
    assertRefused(
        Verdict.TOOL_CRASH,
        () -> undistort("true", out),
        "ended with exit code 0",
        "2 of 2",
        "a.png");
    assertRefused(Verdict.TOOL_CRASH, () -> undistort("false", out), "ended with exit code 1");
    assertRefused(
        Verdict.TOOL_CRASH, () -> undistort("echo", out), "image_undistorter", "out.undistort.log");
    assertThat(out).doesNotExist();
    assertThat(folder.toFile().list()).containsExactlyInAnyOrder("scene", "out.undistort.log");
  }
}
