package org.splatline.pipeline.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.splatline.gpu.picture.Exif;
import org.splatline.gpu.picture.PictureReader;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;
import org.splatline.pipeline.TestPictures;
import org.splatline.pipeline.input.Photograph.Status;
import org.splatline.pipeline.store.LocalFolder;

/** Real processes: each test starts one or two. */
class IntakeProcessTest {
  private static final PhotographRules RULES =
      new PhotographRules(PhotographRules.Rule.FLAG, 0.1, PhotographRules.Rule.FLAG);

  @TempDir Path folder;

  private static LimitsConfig limits(long mebibytes, Duration time) {
    return new LimitsConfig(
        200_000_000, 20, 1_000_000_000, 50, 8_000_000, 100, 20, mebibytes << 20, time);
  }

  private static IntakeProcess process() {
    return new IntakeProcess("garden", limits(128, Duration.ofMinutes(5)), HostileInputs.VIDEO);
  }

  private static void assertRefused(Throwable thrown, Verdict verdict, String... words) {
    assertThat(thrown)
        .isInstanceOfSatisfying(
            SceneException.class, e -> assertThat(e.verdict()).isEqualTo(verdict))
        .hasMessageStartingWith("Cannot ingest scene garden: ")
        .hasMessageContainingAll(words);
  }

  private static Stream<ProcessHandle> running() {
    return ProcessHandle.current()
        .descendants()
        .filter(
            process ->
                Stream.of(process.info().arguments().orElse(new String[0]))
                    .anyMatch(IntakeMain.class.getName()::equals));
  }

  /** A folder that takes a process many seconds. */
  private Path slow() throws IOException {
    Path first = TestPictures.jpeg(folder.resolve("0.jpg"), 5000, 4000, 1);
    for (int i = 1; i < 20; i++) {
      TestPictures.addExif(Files.copy(first, folder.resolve(i + ".jpg")), 1, i);
    }
    return folder;
  }

  @Test
  void checksAnArchiveAndKeepsItsPhotographs() throws Exception {
    Path zip = folder.resolve("garden.zip");
    HostileInputs.zip(zip, "photo.jpg", "notes.txt");
    Manifest manifest = process().check(zip, RULES, zip.resolveSibling("made"));
    assertThat(manifest.photographs())
        .extracting(Photograph::name, Photograph::status)
        .containsExactly(
            tuple("notes.txt", Status.USED), tuple("photo.jpg", Status.DUPLICATE)); // same bytes
    try (LocalFolder kept = LocalFolder.temporary("kept")) {
      process().keepForColmap(zip, manifest, kept.path());
      assertThat(kept.path().toFile().list()).containsExactly("notes.txt");
      assertThat(PictureReader.read(kept.path().resolve("notes.txt")).width()).isEqualTo(64);
    }
  }

  @Test
  void onePictureThatNeedsTooMuchMemoryIsOneRow() throws Exception {
    TestPictures.jpeg(folder.resolve("a.jpg"), 64, 48, 1);
    TestPictures.jpeg(folder.resolve("large.jpg"), 9000, 8000, 2);
    Files.write(folder.resolve("text.png"), HostileInputs.withText(300_000_000));
    assertThat(process().check(folder, RULES, folder.resolveSibling("made")).photographs())
        .extracting(Photograph::name, Photograph::status, Photograph::reason)
        .containsExactly(
            tuple("a.jpg", Status.USED, ""),
            tuple(
                "large.jpg",
                Status.TOO_LARGE,
                "decoding it takes more memory than limits.ingest-memory, 128 MiB"),
            tuple("text.png", Status.USED, ""));
  }

  @Test
  void endsAtItsTimeLimit() throws Exception {
    IntakeProcess process =
        new IntakeProcess("garden", limits(512, Duration.ofSeconds(1)), HostileInputs.VIDEO);
    Path scene = slow();
    try (IntakeCosts costs = new IntakeCosts()) {
      assertThatThrownBy(() -> process.check(scene, RULES, scene.resolveSibling("made")))
          .satisfies(
              e ->
                  assertRefused(
                      e, Verdict.TOO_LARGE, "longer than 1 s", "raise limits.ingest-time"));
      assertThat(costs.sums())
          .as("what it cost is not known, so its limits are told")
          .containsEntry("garden", new IntakeCosts.Sum(1, 1, 1, 4L << 30, 8_000_000));
    }
    assertThat(running()).isEmpty();
  }

  @Test
  void aCrashIsTheScenesVerdict() throws Exception {
    Path scene = slow();
    assertRefused(killed(scene, "SEGV"), Verdict.HOSTILE_INPUT, "crashed (signal 6)"); // by the JVM
    assertRefused(killed(scene, "KILL"), Verdict.TOO_LARGE, "was killed", "too little memory");
    assertThat(running()).isEmpty();
  }

  private static Throwable killed(Path scene, String signal) throws Exception {
    IntakeProcess process =
        new IntakeProcess("garden", limits(512, Duration.ofMinutes(5)), HostileInputs.VIDEO);
    CompletableFuture<Manifest> checked =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return process.check(scene, RULES, scene.resolveSibling("made"));
              } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    ProcessHandle java = started();
    new ProcessBuilder("kill", "-" + signal, Long.toString(java.pid())).start().waitFor();
    try {
      checked.get();
      throw new AssertionError("the process was not ended by " + signal);
    } catch (ExecutionException e) {
      return e.getCause();
    }
  }

  /** The JVM itself, once it has loaded our classes. */
  private static ProcessHandle started() throws IOException {
    while (true) {
      Optional<ProcessHandle> java =
          running()
              .filter(process -> process.info().command().orElse("").endsWith("/java"))
              .findFirst();
      if (java.isPresent() && isStarted(java.get())) {
        return java.get();
      }
      Thread.onSpinWait();
    }
  }

  private static boolean isStarted(ProcessHandle java) {
    String[] arguments = java.info().arguments().orElse(new String[] {""});
    return Files.exists(Path.of(arguments[arguments.length - 1]).resolve(IntakeMain.STARTED));
  }

  @Test
  void anInterruptEndsIt() throws Exception {
    Path scene = slow();
    CompletableFuture<Throwable> thrown = new CompletableFuture<>();
    Thread task =
        new Thread(
            () -> {
              try {
                process().check(scene, RULES, scene.resolveSibling("made"));
                thrown.complete(null);
              } catch (IOException | InterruptedException | RuntimeException e) {
                thrown.complete(e);
              }
            });
    task.start();
    started();
    task.interrupt();
    assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
    assertThat(running()).isEmpty();
  }

  @Test
  void hasWallsAndNoSecrets() throws Exception {
    LimitsConfig limits = limits(128, Duration.ofMinutes(5));
    List<String> words =
        new java.util.ArrayList<>(IntakeSandbox.walls(limits, HostileInputs.VIDEO, folder));
    words.addAll(
        List.of("/bin/sh", "-c", "env; ulimit -v; ulimit -f; ulimit -c; ls /sys/class/net"));
    Process shell = new ProcessBuilder(words).redirectErrorStream(true).start();
    List<String> lines = shell.inputReader().lines().toList();
    assertThat(lines)
        .filteredOn(line -> line.contains("="))
        .extracting(line -> line.substring(0, line.indexOf('=')))
        .isSubsetOf(
            "PATH", "LC_ALL", "HOME", "TMPDIR", "MALLOC_ARENA_MAX", "PWD", "OLDPWD", "_", "SHLVL");
    assertThat(lines)
        .contains(
            Long.toString(Math.max((2 * 128 + 1024) << 20, HostileInputs.VIDEO.memory()) >> 10),
            "15626",
            "0");
  }

  @Test
  void handsOverOnlyPicturesThatWeWrote() throws Exception {
    TestPictures.addExif(TestPictures.jpeg(folder.resolve("a.jpg"), 64, 48, 1), 6, 35);
    javax.imageio.ImageIO.write(
        javax.imageio.ImageIO.read(folder.resolve("a.jpg").toFile()),
        "bmp",
        folder.resolve("b.bmp").toFile());
    try (LocalFolder kept = LocalFolder.temporary("kept")) {
      Manifest manifest = process().check(folder, RULES, folder.resolveSibling("made"));
      process().keepForColmap(folder, manifest, kept.path());
      assertThat(Exif.of(kept.path().resolve("a.jpg"))).isEqualTo(new Exif(1, 35, "", null, ""));
      assertThat(Files.readAllBytes(kept.path().resolve("b.bmp"))).startsWith(0x89, 'P', 'N', 'G');
    }
  }
}
