package org.splatline.gpu.colmap;

import static org.splatline.gpu.Checks.checkArgument;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.splatline.gpu.Threads;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;

/** Runs one COLMAP command to its end. */
public final class ColmapProcess {
  /** Time between asking a process to end and killing it, and for output still in the pipe. */
  private static final Duration GRACE = Duration.ofSeconds(10);

  private ColmapProcess() {}

  /**
   * Runs {@code command}. Another thread appends its output, both streams, to {@code logFile} and
   * passes each line to {@code onLine} at once. The process gets {@code workFolder} as its working
   * folder and HOME, and no display. No process that it started outlives this call, however the
   * call ends, nor this JVM, even if the JVM is killed ({@link GuardedProcess}).
   *
   * @param command program and arguments, without a shell
   * @return the result for any exit code: COLMAP's 0 does not always mean success
   * @throws SceneException TOOL_MISSING when the program cannot be started, TIMEOUT, STALLED
   * @throws IOException when a folder or the log cannot be used
   */
  public static ProcessResult run(
      List<String> command,
      Path workFolder,
      Path logFile,
      ProcessLimits limits,
      Consumer<String> onLine)
      throws IOException, InterruptedException {
    checkArgument(!command.isEmpty(), "Invalid command: no program");
    if (!Files.isDirectory(workFolder)) {
      throw new NotDirectoryException(workFolder.toString());
    }
    OutputDrain drain = new OutputDrain(logFile, onLine);
    long start = System.nanoTime();
    Process process = GuardedProcess.start(command, workFolder);
    Thread atExit = Threads.named("colmap-at-exit", () -> GuardedProcess.end(process, GRACE));
    Runtime.getRuntime().addShutdownHook(atExit);
    try {
      CompletableFuture<Void> drained = drainOnThread(drain, process);
      await(process, command, limits, drain, logFile);
      GuardedProcess.release(process);
      awaitDrained(drained);
      return new ProcessResult(
          process.exitValue(), Duration.ofNanos(System.nanoTime() - start), drain.lastLines());
    } finally {
      if (process.isAlive()) {
        GuardedProcess.end(process, GRACE);
      }
      GuardedProcess.release(process);
      removeHook(atExit);
    }
  }

  private static CompletableFuture<Void> drainOnThread(OutputDrain drain, Process process) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    Threads.named(
            "colmap-output",
            () -> {
              try {
                drain.drain(process.getInputStream());
                done.complete(null);
              } catch (IOException | RuntimeException | Error e) {
                done.completeExceptionally(e);
                GuardedProcess.release(process); // otherwise it would wait for a reader forever
                process.destroy();
              }
            })
        .start();
    return done;
  }

  /** Rethrows exceptions of the log or the listener. */
  private static void awaitDrained(CompletableFuture<Void> drained)
      throws IOException, InterruptedException {
    try {
      drained.get(GRACE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      // A process that it left behind holds the pipe open. All of its own output has arrived.
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException io) {
        throw new IOException("Cannot store COLMAP's output: " + io.getMessage(), io);
      }
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new CompletionException(e.getCause());
    }
  }

  private static void await(
      Process process, List<String> command, ProcessLimits limits, OutputDrain drain, Path logFile)
      throws InterruptedException {
    long end = System.nanoTime() + limits.timeout().toNanos();
    long look = Math.max(50, Math.min(5000, limits.stall().toMillis() / 10));
    StallWatch watch = new StallWatch(process);
    while (true) {
      long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
      if (process.waitFor(Math.max(0, Math.min(look, left)), TimeUnit.MILLISECONDS)) {
        return;
      }
      if (left <= 0) {
        throw ended(
            Verdict.TIMEOUT,
            command,
            "still running after %d s. Raise its time limit or lower the picture size"
                .formatted(limits.timeout().toSeconds()),
            drain,
            logFile);
      }
      Duration idle = watch.idle(drain.lines());
      if (idle.compareTo(limits.stall()) >= 0) {
        throw ended(
            Verdict.STALLED,
            command,
            "no line of output and no processor use for %d s. Check its disk; if it only waits for something slow, raise sfm.stall"
                .formatted(idle.toSeconds()),
            drain,
            logFile);
      }
    }
  }

  private static SceneException ended(
      Verdict verdict, List<String> command, String why, OutputDrain drain, Path logFile) {
    return new SceneException(
        verdict,
        "Cannot finish %s: %s. Last lines: %s. Full log: %s"
            .formatted(
                String.join(" ", command.subList(0, Math.min(2, command.size()))),
                why,
                String.join(" | ", drain.lastLines()),
                logFile));
  }

  private static void removeHook(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The JVM is ending, so the hook ends the process.
    }
  }
}
