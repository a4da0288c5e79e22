package org.splatline.gpu.media;

import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.splatline.gpu.Threads;
import org.splatline.gpu.colmap.GuardedProcess;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;

/**
 * Runs a program on a file that is not trusted: with limits for its time, its address space and the
 * size of each file it writes, without the environment of this JVM, and in a folder of its own.
 * Nothing that it started outlives the call or this JVM ({@link GuardedProcess}).
 */
final class MediaProcess {
  private static final Duration GRACE = Duration.ofSeconds(2);
  private static final long FILE_BLOCKS = 4L << 20; // of 512 bytes: 2 GiB
  private static final int TAIL_BYTES = 500;

  /** Sets the limits, which what it starts inherits. A system without one of them goes on. */
  private static final String LIMITS =
      """
      ulimit -c 0
      ulimit -f "$1"
      ulimit -v "$2" 2>/dev/null
      shift 2
      exec "$@"
      """;

  private MediaProcess() {}

  /** Reads what the process writes to its standard output. It may stop before the end. */
  interface OutputReader {
    void read(InputStream output) throws IOException;
  }

  /**
   * How a process ended.
   *
   * @param errors the end of its error output, in one line
   */
  record Ended(int exitCode, String errors) {}

  /** Whether {@code program} is on the PATH, or is a path that can be executed. */
  static boolean isInstalled(String program) {
    return program.contains("/")
        ? Files.isExecutable(Path.of(program))
        : Arrays.stream(System.getenv().getOrDefault("PATH", "/usr/bin:/bin").split(":"))
            .map(part -> Path.of(part.isEmpty() ? "." : part).resolve(program))
            .anyMatch(file -> Files.isRegularFile(file) && Files.isExecutable(file));
  }

  /**
   * Runs {@code command} to its end.
   *
   * @param folder its working folder, where its error output goes
   * @param memory address space, bytes
   * @throws SceneException TIMEOUT
   */
  static Ended run(
      List<String> command, Path folder, Duration timeout, long memory, OutputReader reader)
      throws IOException, InterruptedException {
    List<String> limited =
        new ArrayList<>(List.of("sh", "-c", LIMITS, "sh", "" + FILE_BLOCKS, "" + (memory >> 10)));
    limited.addAll(command);
    Path errors = Files.createTempFile(folder, ".errors-", ".txt");
    Process process = GuardedProcess.startAlone(limited, folder, errors);
    CompletableFuture<Void> output = new CompletableFuture<>();
    Thread thread = Threads.named("media-output", () -> read(process, reader, output));
    Thread atExit = Threads.named("media-at-exit", () -> GuardedProcess.end(process, GRACE));
    Runtime.getRuntime().addShutdownHook(atExit);
    try {
      thread.start();
      long end = System.nanoTime() + timeout.toNanos();
      output.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
      if (!process.waitFor(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS)) {
        throw new TimeoutException();
      }
      return new Ended(process.exitValue(), tail(errors));
    } catch (TimeoutException e) {
      throw new SceneException(
          Verdict.TIMEOUT,
          "Cannot finish %s: still running after %d s. Send a shorter video or raise input.video.timeout"
              .formatted(Path.of(command.get(0)).getFileName(), timeout.toSeconds()),
          e);
    } catch (ExecutionException e) {
      throw rethrown(e.getCause());
    } finally {
      GuardedProcess.end(process, GRACE);
      removeHook(atExit);
      Files.deleteIfExists(errors);
    }
  }

  private static void read(Process process, OutputReader reader, CompletableFuture<Void> done) {
    try (InputStream output = process.getInputStream()) {
      reader.read(output);
      done.complete(null);
    } catch (IOException | RuntimeException | Error e) {
      done.completeExceptionally(e);
    }
  }

  private static IOException rethrown(Throwable cause) {
    if (cause instanceof RuntimeException known) {
      throw known;
    }
    if (cause instanceof Error error) {
      throw error;
    }
    return new IOException("Cannot read a program's output: " + cause.getMessage(), cause);
  }

  private static String tail(Path file) throws IOException {
    try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
      byte[] bytes = new byte[(int) Math.min(TAIL_BYTES, in.length())];
      in.seek(in.length() - bytes.length);
      in.readFully(bytes);
      return new String(bytes, StandardCharsets.UTF_8).strip().replaceAll("\\s*\\R\\s*", " | ");
    }
  }

  private static void removeHook(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The JVM is ending, so the hook ends the process.
    }
  }
}
