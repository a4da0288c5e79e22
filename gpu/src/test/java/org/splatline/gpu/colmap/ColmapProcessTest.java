package org.splatline.gpu.colmap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;

/** Runs a shell instead of COLMAP. */
class ColmapProcessTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final ProcessLimits STALL_SOON = new ProcessLimits(LONG, Duration.ofMillis(600));

  @TempDir Path folder;
  private final List<String> seen = Collections.synchronizedList(new ArrayList<>());

  private ProcessResult run(String script, Duration timeout, Consumer<String> onLine)
      throws IOException, InterruptedException {
    return run(script, ProcessLimits.of(timeout), onLine);
  }

  private ProcessResult run(String script, ProcessLimits limits, Consumer<String> onLine)
      throws IOException, InterruptedException {
    return ColmapProcess.run(
        List.of("sh", "-c", script), folder, folder.resolve("log"), limits, onLine);
  }

  @Test
  void passesBothStreamsToListenerLogAndResult() throws Exception {
    ProcessResult result = run("echo one; echo two >&2; echo; exit 3", LONG, seen::add);
    assertThat(result.exitCode()).isEqualTo(3);
    assertThat(seen).containsExactly("one", "two", "");
    assertThat(folder.resolve("log")).hasContent("one\ntwo\n\n");
    assertThat(result.lastLines()).as("without blank lines").containsExactly("one", "two");
    assertThat(result.tail()).isEqualTo("one | two");
  }

  @Test
  void givesTheProcessAFolderAHomeAndNoDisplay() throws Exception {
    run("pwd -P; echo $HOME; echo $QT_QPA_PLATFORM", LONG, seen::add);
    assertThat(seen)
        .containsExactly(
            folder.toRealPath().toString(), folder.toAbsolutePath().toString(), "offscreen");
  }

  @Test
  void readsMoreThanAPipeHoldsAndKeepsTheEnd() throws Exception {
    ProcessResult result = run("seq 1 50000", LONG, seen::add);
    assertThat(seen).hasSize(50_000);
    assertThat(result.lastLines()).hasSize(OutputDrain.LAST_LINES).last().isEqualTo("50000");
  }

  @Test
  void endsTheWholeTreeAtTheTimeout() throws Exception {
    assertThatThrownBy(() -> run("sleep 60 & echo $!; wait", Duration.ofMillis(500), seen::add))
        .isInstanceOfSatisfying(
            SceneException.class, e -> assertThat(e.verdict()).isEqualTo(Verdict.TIMEOUT))
        .hasMessageContaining("Full log");
    assertEnded(Long.parseLong(seen.get(0)));
  }

  @Test
  void endsTheWholeTreeWhenInterrupted() throws Exception {
    CompletableFuture<Throwable> thrown = new CompletableFuture<>();
    Thread runner =
        new Thread(
            () -> {
              try {
                run("sleep 60 & echo $!; wait", LONG, this::completeFirstLine);
                thrown.complete(null);
              } catch (IOException | InterruptedException | RuntimeException e) {
                thrown.complete(e);
              }
            });
    runner.start();
    long child = Long.parseLong(firstLine.get(10, TimeUnit.SECONDS));
    runner.interrupt();
    assertThat(thrown.get(10, TimeUnit.SECONDS)).isInstanceOf(InterruptedException.class);
    assertEnded(child);
  }

  @Test
  void endsAStalledProcess() throws Exception {
    assertThatThrownBy(() -> run("echo $$; sleep 60", STALL_SOON, seen::add))
        .isInstanceOfSatisfying(
            SceneException.class, e -> assertThat(e.verdict()).isEqualTo(Verdict.STALLED))
        .hasMessageContaining("sfm.stall");
    assertEnded(Long.parseLong(seen.get(0)));
  }

  @Test
  void aQuietOrAWaitingProcessIsNotStalled() throws Exception {
    String busyAndQuiet = "timeout 1 sh -c 'while :; do :; done'; exit 0";
    assertThat(run(busyAndQuiet, STALL_SOON, seen::add).exitCode()).isZero();
    String idleAndTalking = "for i in 1 2 3 4; do sleep 0.2; echo $i; done";
    assertThat(run(idleAndTalking, STALL_SOON, seen::add).exitCode()).isZero();
  }

  @Test
  void leavesNothingOfAnEndedProcessBehind() throws Exception {
    run("sleep 60 >/dev/null 2>&1 & echo $!", LONG, seen::add);
    assertEnded(Long.parseLong(seen.get(0)));
  }

  @Test
  void endsTheWholeTreeWhenTheJvmIsKilled() throws Exception {
    Path pid = folder.resolve("pid");
    Process jvm =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                ForKill.class.getName(),
                folder.toString())
            .inheritIO()
            .start();
    try {
      long end = System.nanoTime() + LONG.toNanos();
      while (!Files.exists(pid) && System.nanoTime() < end) {
        Thread.sleep(50);
      }
      long child = Long.parseLong(Files.readString(pid).strip());
      assertThat(ProcessHandle.of(child)).isPresent();
      jvm.destroyForcibly().waitFor();
      assertEnded(child);
    } finally {
      jvm.destroyForcibly();
    }
  }

  /** Waits in its own JVM for a process that takes a minute. */
  static final class ForKill {
    private ForKill() {}

    public static void main(String[] arguments) throws Exception {
      Path folder = Path.of(arguments[0]);
      ColmapProcess.run(
          List.of("sh", "-c", "sleep 60 & echo $! > pid.part; mv pid.part pid; wait"),
          folder,
          folder.resolve("log"),
          ProcessLimits.of(LONG),
          line -> {});
    }
  }

  private final CompletableFuture<String> firstLine = new CompletableFuture<>();

  private void completeFirstLine(String line) {
    firstLine.complete(line);
  }

  private static void assertEnded(long pid) throws Exception {
    long end = System.nanoTime() + LONG.toNanos();
    while (ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent()) {
      assertThat(System.nanoTime()).as("process %s still runs", pid).isLessThan(end);
      Thread.sleep(10); // ProcessHandle.onExit checks only every 300 ms
    }
  }

  @Test
  void endsTheProcessAndRethrowsWhenTheListenerThrows() {
    assertThatThrownBy(
            () ->
                run(
                    "echo one; sleep 60",
                    LONG,
                    line -> {
                      throw new IllegalStateException(line);
                    }))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("one");
  }

  @Test
  void namesWhatToInstallWhenTheProgramIsMissing() {
    assertThatThrownBy(
            () ->
                ColmapProcess.run(
                    List.of("no-such-colmap"),
                    folder,
                    folder.resolve("log"),
                    ProcessLimits.of(LONG),
                    seen::add))
        .isInstanceOfSatisfying(
            SceneException.class, e -> assertThat(e.verdict()).isEqualTo(Verdict.TOOL_MISSING))
        .hasMessageContaining("no-such-colmap")
        .hasMessageContaining("apt-get install colmap");
  }

  @Test
  void refusesAMissingWorkFolder() {
    Path missing = folder.resolve("missing");
    assertThatThrownBy(
            () ->
                ColmapProcess.run(
                    List.of("sh"), missing, folder.resolve("l"), ProcessLimits.of(LONG), seen::add))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(missing.toString());
  }
}
