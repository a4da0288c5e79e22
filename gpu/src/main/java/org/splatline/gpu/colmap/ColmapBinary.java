package org.splatline.gpu.colmap;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;

/**
 * An installed COLMAP program.
 *
 * @param program its name on the PATH, or its path
 */
public record ColmapBinary(String program) {
  private static final Pattern VERSION = Pattern.compile("COLMAP (\\d{1,4}\\.\\d{1,4}[\\w.+-]*)");
  private static final Pattern COMMAND = Pattern.compile("[a-z][a-z0-9_]+");
  private static final Pattern OPTION = Pattern.compile("--([A-Za-z][A-Za-z0-9_.]*)");
  private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(60);
  private static final int HEAD_LINES = 5; // the version is in the first two

  /** A command of this program, as {@link ColmapProcess#run} takes it. */
  public List<String> command(String... arguments) {
    List<String> command = new ArrayList<>(List.of(program));
    Collections.addAll(command, arguments);
    return List.copyOf(command);
  }

  /**
   * Asks the program for its version.
   *
   * @throws SceneException TOOL_MISSING when it cannot be started, TOOL_INCOMPATIBLE when its
   *     answer is not that of COLMAP
   */
  public ColmapVersion probe() throws IOException, InterruptedException {
    return parse(answer("help"));
  }

  /** The names of its commands. Throws as {@link #probe}. */
  public Set<String> commands() throws IOException, InterruptedException {
    List<String> lines = answer("help");
    int heading = lines.indexOf("Available commands:");
    return heading < 0
        ? Set.of()
        : lines.stream()
            .skip(heading + 1L)
            .map(String::strip)
            .filter(line -> COMMAND.matcher(line).matches())
            .collect(Collectors.toUnmodifiableSet());
  }

  /** The options of one of its commands, without dashes. Throws as {@link #probe}. */
  public Set<String> options(String command) throws IOException, InterruptedException {
    return answer(command, "-h").stream()
        .flatMap(line -> OPTION.matcher(line).results())
        .map(option -> option.group(1))
        .collect(Collectors.toUnmodifiableSet());
  }

  private List<String> answer(String... question) throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("splatline-colmap-");
    Path log = folder.resolve("help.log");
    try {
      List<String> lines = Collections.synchronizedList(new ArrayList<>());
      ColmapProcess.run(
          command(question), folder, log, ProcessLimits.of(PROBE_TIMEOUT), lines::add);
      return List.copyOf(lines);
    } finally {
      Files.deleteIfExists(log);
      Files.deleteIfExists(folder);
    }
  }

  ColmapVersion parse(List<String> helpLines) {
    String head =
        helpLines.stream().limit(HEAD_LINES).map(String::strip).collect(Collectors.joining(" "));
    Matcher matcher = VERSION.matcher(head);
    if (!matcher.find()) {
      throw new SceneException(
          Verdict.TOOL_INCOMPATIBLE,
          "Cannot use %s: its help names no COLMAP version; it reads '%s'. Install COLMAP 3.8 or newer (apt-get install colmap)."
              .formatted(program, head.substring(0, Math.min(head.length(), 200))));
    }
    return new ColmapVersion(matcher.group(1), head.contains("with CUDA"), head);
  }
}
