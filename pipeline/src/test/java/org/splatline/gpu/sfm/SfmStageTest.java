package org.splatline.gpu.sfm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;
import org.splatline.pipeline.TestPictures;

/** The stage where COLMAP does all work. */
class SfmStageTest extends ScriptedColmap {
  private SfmResult reconstruct(String... settings) throws IOException, InterruptedException {
    return reconstruct(SfmListener.NONE, settings);
  }

  private SfmResult reconstruct(SfmListener listener, String... settings)
      throws IOException, InterruptedException {
    return new SfmStage(SfmConfigs.with(settings))
        .reconstruct("garden", images, SfmHints.NONE, folder.resolve("work"), listener);
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
  void refusesProgramWithoutTheOptions() throws IOException {
    takePhotographs(3);
    Path old = Path.of(fakeColmap("3.8", "exit 0"));
    Files.writeString(old, Files.readString(old).replace("SiftExtraction.use_gpu", "Sift.gpu"));
    assertRefused(
        Verdict.TOOL_INCOMPATIBLE,
        "COLMAP 3.8: its feature_extractor knows none of the options --FeatureExtraction.use_gpu",
        "colmap=" + old);
  }

  @ParameterizedTest
  @CsvSource({
    "exit 134, TOOL_CRASH, exit 134",
    "kill -SEGV $$, TOOL_CRASH, ended by signal 11",
    "kill -KILL $$, OUT_OF_MEMORY, lower sfm.threads",
    "echo unrecognised option; exit 1, TOOL_INCOMPATIBLE, unrecognised option",
  })
  void namesHowColmapEnded(String body, Verdict verdict, String words) throws IOException {
    takePhotographs(3);
    assertRefused(verdict, words, "colmap=" + fakeColmap("3.8", body));
  }

  @Test
  void endsColmapThatHangs() throws IOException {
    takePhotographs(3);
    long start = System.nanoTime();
    assertRefused(
        Verdict.TIMEOUT,
        "feature_extractor",
        "colmap=" + fakeColmap("3.8", "sleep 300"),
        "timeout=500ms");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(60));
  }

  @Test
  void distrustsSuccessWithoutPhotographs() throws IOException {
    takePhotographs(3);
    String body = "echo 'ERROR: Failed to read image file format.'\n".repeat(3) + "exit 0";
    assertRefused(Verdict.UNREADABLE_IMAGES, "none of its 3", "colmap=" + fakeColmap("3.8", body));
  }

  @ParameterizedTest
  @CsvSource({"0, NO_MODEL", "1, NO_MODEL", "134, TOOL_CRASH"})
  void readsMapperWithoutModel(int exitCode, Verdict verdict) throws IOException {
    takePhotographs(3);
    String body = "[ $1 != mapper ] || exit " + exitCode;
    assertRefused(verdict, "scene garden", "colmap=" + fakeColmap("3.8", body));
  }

  @Test
  void refusesPhotographsThatDoNotMatch() throws IOException {
    takePhotographs(3);
    String body = "echo 'WARNING: No images with matches found in the database.'\nexit 0";
    assertRefused(Verdict.NO_MATCHES, "no two", "colmap=" + fakeColmap("3.8", body));
  }

  @Test
  void keepsLogOfEachCommand() throws IOException {
    takePhotographs(3);
    String body = "echo \"this is $1\"";
    assertRefused(
        Verdict.NO_MODEL,
        "no pair of its 3 photographs to start from. Take more photographs, each sharing two thirds"
            + " of its picture with the next, and walk around the subject instead of turning on the"
            + " spot. (Tried without success: exhaustive, relaxed, global.)",
        "colmap=" + fakeColmap("4.1", body));
    for (String log :
        new String[] {
          "feature_extractor", "exhaustive_matcher", "mapper", "mapper-2", "global_mapper-3"
        }) {
      assertThat(folder.resolve("work/logs/" + log + ".log"))
          .hasContent("this is " + log.replaceAll("-.*", ""));
    }
  }

  @Test
  void reportsEachRungThatItTries() throws IOException {
    takePhotographs(4);
    assertRefused(
        Verdict.NO_MODEL,
        "Tried without success",
        "colmap=" + fakeColmap("3.8", "exit 0"),
        "exhaustive-max-images=3");
    assertThat(report().attempts())
        .extracting(SfmAttempt::rung, SfmAttempt::matcher, SfmAttempt::mapping, SfmAttempt::verdict)
        .containsExactly(
            tuple(1, "sequential", "incremental", Verdict.NO_MODEL),
            tuple(2, "exhaustive", "incremental", Verdict.NO_MODEL),
            tuple(3, "", "relaxed", Verdict.NO_MODEL));
    assertThat(report().attempts()).noneMatch(SfmAttempt::chosen);
    assertThat(report().models()).isEmpty();
  }

  @Test
  void passesTheReportOnThoughThereIsNoModel() throws IOException {
    takePhotographs(4);
    List<SfmReport> reports = new ArrayList<>();
    SfmListener listener =
        new SfmListener() {
          @Override
          public void onProgress(String command, int done, int total) {}

          @Override
          public void onReport(SfmReport report) {
            reports.add(report);
          }
        };
    String program = "colmap=" + fakeColmap("3.8", "exit 0");
    assertThatThrownBy(() -> reconstruct(listener, program)).isInstanceOf(SceneException.class);
    assertThat(reports).containsExactly(report());
  }

  @Test
  void triesNoMoreRungsThanConfigured() throws IOException {
    takePhotographs(4);
    assertRefused(Verdict.NO_MODEL, "no pair", "colmap=" + fakeColmap("4.1", "exit 0"), "rungs=1");
    assertThat(report().attempts()).hasSize(1);
  }

  @Test
  void stopsWhenTheToolFails() throws IOException {
    takePhotographs(4);
    String body = "[ $1 != mapper ] || exit 134; exit 0";
    assertRefused(Verdict.TOOL_CRASH, "exit 134", "colmap=" + fakeColmap("3.8", body));
    assertThat(report().attempts())
        .extracting(SfmAttempt::verdict)
        .containsExactly(Verdict.TOOL_CRASH);
  }

  @Test
  void climbsUntilEnoughAreRegistered() throws IOException, InterruptedException {
    takePhotographs(9);
    SfmResult result = reconstruct("colmap=" + fakeColmap("3.8", improving()));
    assertThat(result.registered()).isEqualTo(9);
    assertThat(result.shortfall()).isEmpty();
    assertThat(report().attempts())
        .extracting(SfmAttempt::verdict, SfmAttempt::registered, SfmAttempt::chosen)
        .containsExactly(tuple(Verdict.LOW_REGISTRATION, 5, false), tuple(Verdict.OK, 9, true));
    assertThat(report().models()).hasSize(1);
    assertThat(report().models().get(0)).hasSize(9).contains(new SfmReport.Registered("0.jpg", 1));
  }

  @Test
  void acceptsLessIfNoRungImprovesIt() throws IOException, InterruptedException {
    takePhotographs(9);
    String program =
        fakeColmap(
            "3.8",
            improving()
                .replace("n=2;;", "exit 134;;")
                .replace("model-2/", "model-1/")
                .replace("cp " + images + "/*.jpg", "cp " + images + "/[0-4].jpg"));
    SfmResult result = reconstruct("colmap=" + program, "min-registered-share=0.5");
    assertThat(result.registered()).isEqualTo(5);
    assertThat(result.shortfall())
        .isEqualTo(
            "Scene garden has a model of 5 of its 9 photographs. Not in it: 5.jpg, 6.jpg, 7.jpg,"
                + " 8.jpg. Take more around these, each sharing two thirds of its picture with the"
                + " next, if the model is not good enough.");
    assertThat(report().attempts())
        .extracting(SfmAttempt::verdict, SfmAttempt::chosen)
        .containsExactly(tuple(Verdict.DEGRADED, true), tuple(Verdict.TOOL_CRASH, false));
  }

  @Test
  void recognisesModelsThatScenesBring() throws IOException {
    assertThat(SfmStage.bringsModel(folder)).isFalse();
    assertThat(SfmStage.bringsModel(folder.resolve("none"))).isFalse();
    Files.writeString(images.resolve("transforms_train.json"), "{}");
    assertThat(SfmStage.bringsModel(images)).isTrue();
    Files.createDirectories(folder.resolve("sparse/0"));
    assertThat(SfmStage.bringsModel(folder)).isTrue();
  }
}
