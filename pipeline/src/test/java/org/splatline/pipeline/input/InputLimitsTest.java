package org.splatline.pipeline.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.splatline.gpu.config.ConfigException;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;
import org.splatline.pipeline.TestPictures;
import org.splatline.pipeline.input.IntakeTask.Sequel;
import org.splatline.pipeline.store.Location;

/** What a listing tells: a scene that is too large, or that can't be read, is not copied. */
@Timeout(60)
class InputLimitsTest {
  @TempDir Path folder;

  private static SceneInput input(Path scene) {
    return new SceneInput("garden", Location.open(scene.toString(), new Configuration()));
  }

  private static AbstractThrowableAssert<?, ?> assertRefused(Path scene, Verdict verdict) {
    return assertThatThrownBy(() -> input(scene).fetch(HostileInputs.LIMITS))
        .isInstanceOfSatisfying(
            SceneException.class, e -> assertThat(e.verdict()).isEqualTo(verdict));
  }

  /** A file that takes no disk. */
  private static void hole(Path file, long bytes) throws IOException {
    try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
      out.setLength(bytes);
    }
  }

  @Test
  void bytesOfAFolder() throws IOException {
    Path scene = Files.createDirectories(folder.resolve("scene/below"));
    hole(scene.resolve("a.jpg"), 5_000_000);
    hole(scene.resolve(".hidden"), 4_000_000);
    assertRefused(folder.resolve("scene"), Verdict.TOO_LARGE)
        .hasMessage(
            "Cannot ingest scene garden: its 2 files have 8.6 MiB together, at most 7.6 MiB are allowed. Split the scene or raise limits.archive-bytes.");
    Files.delete(scene.resolve(".hidden"));
    input(folder.resolve("scene")).fetch(HostileInputs.LIMITS).close();
  }

  @Test
  void filesOfAFolder() throws IOException {
    Path scene = Files.createDirectories(folder.resolve("scene"));
    for (int i = 0; i <= HostileInputs.LIMITS.archiveEntries(); i++) {
      Files.createFile(scene.resolve(".hidden" + i));
    }
    assertRefused(scene, Verdict.TOO_LARGE)
        .hasMessage(
            "Cannot ingest scene garden: it has 51 files, at most 50 are allowed. Split the scene or raise limits.archive-entries.");
  }

  @Test
  void bytesOfAManifest() throws IOException {
    Path manifest = folder.resolve("batch.jsonl");
    hole(manifest, (64L << 20) + 1);
    assertThatThrownBy(
            () ->
                BatchManifest.read(
                    Location.open(manifest.toString(), new Configuration()), List.of()))
        .isInstanceOf(ConfigException.class)
        .hasMessageEndingWith(
            "batch.jsonl: it has 64.0 MiB, at most 64.0 MiB are allowed. Split it into several batches");
  }

  private IntakeOutcome looked(Path scene) throws IOException {
    return new IntakeTask(
            "garden",
            scene.toString(),
            HostileInputs.LIMITS,
            new PhotographRules(PhotographRules.Rule.FLAG, 0.1, PhotographRules.Rule.FLAG),
            HostileInputs.VIDEO,
            null,
            Sequel.NOBODY)
        .run(Files.createTempDirectory(folder, "work"));
  }

  private void assertOdd(Path scene, String name) throws IOException {
    IntakeOutcome outcome = looked(scene);
    assertThat(outcome.verdict()).isEqualTo(Verdict.HOSTILE_INPUT);
    assertThat(outcome.detail()).contains(name + " is a device, pipe or socket");
  }

  /** Linux says "not a directory" there, and "file exists" one level below a file. */
  @Test
  void anEntryFarBelowAFile() throws IOException {
    Path scene = Files.createDirectories(folder.resolve("packed"));
    HostileInputs.zip(scene.resolve("a.zip"), "a.jpg", "a.jpg/below/b.jpg");
    HostileInputs.tar(scene.resolve("a.tar"), "a.jpg", "a.jpg/below/b.jpg");
    for (String name : List.of("a.zip", "a.tar")) {
      IntakeOutcome outcome = looked(scene.resolve(name));
      assertThat(outcome.verdict()).isEqualTo(Verdict.HOSTILE_INPUT);
      assertThat(outcome.detail()).contains("in its archive a.jpg/below/b.jpg is below a file.");
    }
  }

  @Test
  void socketInAScene() throws IOException {
    Path scene = Files.createDirectories(folder.resolve("scene"));
    TestPictures.jpeg(scene.resolve("a.jpg"), 64, 48, 1);
    try (ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      socket.bind(UnixDomainSocketAddress.of(scene.resolve("b.jpg")));
      assertOdd(scene, "b.jpg");
    }
  }

  @Test
  void deviceInAScene() throws Exception {
    Path scene = Files.createDirectories(folder.resolve("scene"));
    TestPictures.jpeg(scene.resolve("a.jpg"), 64, 48, 1);
    Process mknod =
        new ProcessBuilder("mknod", scene.resolve("zero.jpg").toString(), "c", "1", "5").start();
    assumeThat(mknod.waitFor()).as("mknod: only root may make a device").isZero();
    assertOdd(scene, "zero.jpg");
  }

  /** In a process that may not pass over the rights of files, as root may. */
  @Test
  void filesThatMayNotBeRead() throws Exception {
    Path file = Files.createDirectories(folder.resolve("file"));
    TestPictures.jpeg(file.resolve("a.jpg"), 64, 48, 1);
    Path below = Files.createDirectories(folder.resolve("below/images"));
    TestPictures.jpeg(below.resolve("a.jpg"), 64, 48, 1);
    Path whole = Files.createDirectories(folder.resolve("whole"));
    for (Path closed : List.of(file.resolve("a.jpg"), below, whole)) {
      Files.setPosixFilePermissions(closed, Set.of());
    }
    List<String> words =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                InputLimitsTest.class.getName(),
                folder.toString()));
    if ((Integer) Files.getAttribute(folder, "unix:uid") == 0) {
      assumeThat(Path.of("/usr/bin/setpriv")).as("root needs setpriv to drop its rights").exists();
      words.addAll(0, List.of("setpriv", "--bounding-set=-dac_override,-dac_read_search"));
    }
    Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    for (Path opened : List.of(file.resolve("a.jpg"), below, whole)) {
      Files.setPosixFilePermissions(opened, PosixFilePermissions.fromString("rwx------"));
    }
    assertThat(said.lines())
        .contains(
            "file: UNREADABLE_IMAGES Cannot ingest scene garden: %s may not be read. Let everyone read it, or upload it again."
                .formatted(file.resolve("a.jpg")),
            "below: UNREADABLE_IMAGES Cannot ingest scene garden: %s may not be read. Let everyone read it, or upload it again."
                .formatted(below),
            "whole: UNREADABLE_IMAGES Cannot ingest scene garden: %s may not be read. Let everyone read it, or upload it again."
                .formatted(whole));
  }

  /** Prints the verdicts of three scenes. */
  public static void main(String[] arguments) throws IOException {
    InputLimitsTest test = new InputLimitsTest();
    test.folder = Path.of(arguments[0]);
    for (String name : List.of("file", "below", "whole")) {
      String verdict;
      try (SceneInput.Upload upload =
          input(test.folder.resolve(name)).fetch(HostileInputs.LIMITS)) {
        IntakeOutcome outcome = test.looked(upload.path());
        verdict = outcome.verdict() + " " + outcome.detail();
      } catch (SceneException e) {
        verdict = e.verdict() + " " + e.getMessage();
      }
      System.out.println(name + ": " + verdict);
    }
  }
}
