package org.splatline.pipeline.colmap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.splatline.gpu.scene.SceneException;
import org.splatline.gpu.scene.Verdict;
import org.splatline.pipeline.TestPictures;

/** The stage with shell scripts in COLMAP's place. */
class SfmStageTest {
  @TempDir Path folder;
  private Path images;

  @BeforeEach
  void makeFolder() throws IOException {
    images = Files.createDirectories(folder.resolve("images"));
  }

  private void takePhotographs(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      TestPictures.jpeg(images.resolve(i + ".jpg"), 64, 48, i);
    }
  }

  /** A program that says it is COLMAP {@code version}; every other command runs {@code body}. */
  private String standIn(String version, String body) throws IOException {
    Path script = folder.resolve("colmap-" + version);
    Files.writeString(
        script,
        """
        #!/bin/sh
        if [ "$1" = help ]; then
          echo "COLMAP %s -- Structure-from-Motion and Multi-View Stereo"
          echo "              (Commit Unknown on Unknown without CUDA)"
          exit 0
        fi
        %s
        """
            .formatted(version, body));
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    return script.toString();
  }

  private SfmResult reconstruct(String... settings) throws IOException, InterruptedException {
    return new SfmStage(SfmConfigs.with(settings))
        .reconstruct("garden", images, folder.resolve("work"), SfmListener.NONE);
  }

  private void assertRefused(Verdict verdict, String words, String... settings) {
    assertThatThrownBy(() -> reconstruct(settings))
        .isInstanceOfSatisfying(
            SceneException.class, e -> assertThat(e.verdict()).isEqualTo(verdict))
        .hasMessageStartingWith("Cannot ")
        .hasMessageContaining(words);
  }

  @Test
  void refusesMissingFolder() throws IOException {
    Files.delete(images);
    assertRefused(Verdict.UNSUPPORTED_INPUT, "there is no folder");
  }

  @Test
  void refusesFewPhotographsBeforeColmapStarts() throws IOException {
    takePhotographs(2);
    assertRefused(Verdict.FEW_IMAGES, "2 of 2 files", "colmap=no-such-program");
  }

  @Test
  void refusesGarbageBeforeColmapStarts() throws IOException {
    for (int i = 0; i < 4; i++) {
      TestPictures.garbage(images.resolve(i + ".jpg"), i);
    }
    assertRefused(Verdict.UNREADABLE_IMAGES, "none of its 4 files", "colmap=no-such-program");
  }

  @Test
  void namesMissingProgram() throws IOException {
    takePhotographs(3);
    assertRefused(Verdict.TOOL_MISSING, "no-such-program", "colmap=no-such-program");
  }

  @Test
  void refusesUnknownVersion() throws IOException {
    takePhotographs(3);
    assertRefused(Verdict.TOOL_INCOMPATIBLE, "COLMAP 2.5", "colmap=" + standIn("2.5", "exit 0"));
  }

  @ParameterizedTest
  @CsvSource({
    "exit 134, TOOL_CRASH, exit 134",
    "kill -SEGV $$, TOOL_CRASH, ended by signal 11",
    "kill -KILL $$, OUT_OF_MEMORY, lower sfm.threads",
    "echo unrecognised option; exit 1, TOOL_INCOMPATIBLE, unrecognised option",
  })
  void tellsHowColmapEnded(String body, Verdict verdict, String words) throws IOException {
    takePhotographs(3);
    assertRefused(verdict, words, "colmap=" + standIn("3.8", body));
  }

  @Test
  void endsColmapThatHangs() throws IOException {
    takePhotographs(3);
    long start = System.nanoTime();
    assertRefused(
        Verdict.TIMEOUT,
        "feature_extractor",
        "colmap=" + standIn("3.8", "sleep 300"),
        "timeout=500ms");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(60));
  }

  @Test
  void distrustsSuccessWithoutPhotographs() throws IOException {
    takePhotographs(3);
    String body = "echo 'ERROR: Failed to read image file format.'\n".repeat(3) + "exit 0";
    assertRefused(Verdict.UNREADABLE_IMAGES, "none of its 3", "colmap=" + standIn("3.8", body));
  }

  @ParameterizedTest
  @CsvSource({"0, NO_MODEL", "1, NO_MODEL", "134, TOOL_CRASH"})
  void readsMapperWithoutModel(int exitCode, Verdict verdict) throws IOException {
    takePhotographs(3);
    String body = "[ $1 != mapper ] || exit " + exitCode;
    assertRefused(verdict, "scene garden", "colmap=" + standIn("3.8", body));
  }

  @Test
  void tellsWhenNothingMatches() throws IOException {
    takePhotographs(3);
    String body = "echo 'WARNING: No images with matches found in the database.'\nexit 0";
    assertRefused(Verdict.NO_MATCHES, "no two", "colmap=" + standIn("3.8", body));
  }

  @Test
  void keepsLogOfEachCommand() throws IOException {
    takePhotographs(3);
    String body = "echo \"this is $1\"";
    assertRefused(Verdict.NO_MODEL, "no pair", "colmap=" + standIn("4.1", body));
    for (String command : new String[] {"feature_extractor", "exhaustive_matcher", "mapper"}) {
      assertThat(folder.resolve("work/logs/" + command + ".log")).hasContent("this is " + command);
    }
  }

  @Test
  void seesModelsThatScenesBring() throws IOException {
    assertThat(SfmStage.bringsModel(folder)).isFalse();
    assertThat(SfmStage.bringsModel(folder.resolve("none"))).isFalse();
    Files.writeString(images.resolve("transforms_train.json"), "{}");
    assertThat(SfmStage.bringsModel(images)).isTrue();
    Files.createDirectories(folder.resolve("sparse/0"));
    assertThat(SfmStage.bringsModel(folder)).isTrue();
  }
}
