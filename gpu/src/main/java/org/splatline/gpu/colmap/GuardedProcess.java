package org.splatline.gpu.colmap;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;

/**
 * A process that does not outlive this JVM, however the JVM ends. It leads its own process group.
 * In that group a guard reads from a pipe that the JVM holds open. When the pipe closes, even by
 * {@code kill -9} of the JVM, the guard kills the group. Without {@code setsid} (not on Linux)
 * there is no guard.
 */
public final class GuardedProcess {
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
   * Starts {@code command} without a display; its two output streams are merged.
   *
   * @param folder working folder and HOME
   * @throws SceneException TOOL_MISSING when the program does not exist
   */
  static Process start(List<String> command, Path folder) {
    requireProgram(command.get(0), folder);
    ProcessBuilder builder = builder(command, folder).redirectErrorStream(true);
    try {
      return builder.start();
    } catch (IOException e) {
      throw missing(command.get(0), e.getMessage(), e);
    }
  }

  /**
   * Starts {@code command}, which exists, with nothing of this JVM's environment but the PATH.
   *
   * @param folder working folder and HOME
   * @param errors the file that its error output goes to
   */
  public static Process startAlone(List<String> command, Path folder, Path errors)
      throws IOException {
    ProcessBuilder builder = builder(command, folder).redirectError(errors.toFile());
    builder.environment().keySet().retainAll(Set.of("PATH", "HOME", "LD_LIBRARY_PATH"));
    return builder.start();
  }

  private static ProcessBuilder builder(List<String> command, Path folder) {
    List<String> words = new ArrayList<>();
    if (Files.isExecutable(SETSID)) {
      words.addAll(List.of(SETSID.toString(), "--wait", "sh", "-c", GUARD, "splatline-guard"));
    }
    words.addAll(command);
    ProcessBuilder builder = new ProcessBuilder(words);
    builder.directory(folder.toFile());
    builder.environment().put("HOME", folder.toAbsolutePath().toString());
    builder.environment().put("QT_QPA_PLATFORM", "offscreen");
    return builder;
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

  /** Ends the process and all that it started; returns when none is left. */
  public static void end(Process process, Duration grace) {
    release(process);
    ProcessTree.destroy(process, grace);
  }

  /** Ends the guard, which kills all that is left in the group of an ended process. */
  static void release(Process process) {
    try {
      process.getOutputStream().close();
    } catch (IOException e) {
      // The pipe is closed anyway.
    }
  }
}
