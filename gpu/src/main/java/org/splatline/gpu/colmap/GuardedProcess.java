package org.splatline.gpu.colmap;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;

/**
 * A process that doesn't outlive this JVM, however the JVM ends. It leads a group of its own, in
 * which a guard reads from a pipe that the JVM holds: when the pipe ends, even by {@code kill -9}
 * of the JVM, the guard kills the group. Without {@code setsid} (not Linux) there is no guard.
 */
final class GuardedProcess {
  private static final Path SETSID = Path.of("/usr/bin/setsid");
  private static final String GUARD =
      """
      exec 3<&0
      "$@" </dev/null 3<&- &
      child=$!
      { trap '' TERM; cat <&3; kill -KILL 0; } >/dev/null 2>&1 &
      exec 3<&-
      wait "$child"
      """;

  private GuardedProcess() {}

  /**
   * Starts {@code command}, both its streams in one, without a display.
   *
   * @param folder its working folder and HOME
   * @throws SceneException TOOL_MISSING when the program isn't there
   */
  static Process start(List<String> command, Path folder) {
    requireProgram(command.get(0), folder);
    List<String> words = new ArrayList<>();
    if (Files.isExecutable(SETSID)) {
      words.addAll(List.of(SETSID.toString(), "--wait", "sh", "-c", GUARD, "splatline-guard"));
    }
    words.addAll(command);
    ProcessBuilder builder = new ProcessBuilder(words);
    builder.directory(folder.toFile()).redirectErrorStream(true);
    builder.environment().put("HOME", folder.toAbsolutePath().toString());
    builder.environment().put("QT_QPA_PLATFORM", "offscreen");
    try {
      return builder.start();
    } catch (IOException e) {
      throw missing(command.get(0), e.getMessage(), e);
    }
  }

  private static void requireProgram(String program, Path folder) {
    boolean there =
        program.contains("/")
            ? Files.isExecutable(folder.resolve(program))
            : Arrays.stream(System.getenv().getOrDefault("PATH", "/usr/bin:/bin").split(":"))
                .map(part -> Path.of(part.isEmpty() ? "." : part).resolve(program))
                .anyMatch(file -> Files.isRegularFile(file) && Files.isExecutable(file));
    if (!there) {
      throw missing(program, "there is no such program", null);
    }
  }

  private static SceneException missing(String program, String why, Throwable cause) {
    return new SceneException(
        Verdict.TOOL_MISSING,
        "Cannot run %s: %s. Install COLMAP (apt-get install colmap) or name its program."
            .formatted(program, why),
        cause);
  }

  /** Ends it with all it started; returns when they are gone. */
  static void end(Process process, Duration grace) {
    release(process);
    ProcessTree.destroy(process, grace);
  }

  /** Lets the guard go, and with it what an ended process left behind in its group. */
  static void release(Process process) {
    try {
      process.getOutputStream().close();
    } catch (IOException e) {
      // The pipe is closed all the same.
    }
  }
}
