package org.splatline.gpu.colmap;

import java.time.Duration;
import java.util.List;

/**
 * The result of a command that ended by itself.
 *
 * @param exitCode exit code; 128 + n if signal n ended the command
 * @param lastLines last lines of its output, oldest first, at most {@value OutputDrain#LAST_LINES}
 */
public record ProcessResult(int exitCode, Duration elapsed, List<String> lastLines) {

  public ProcessResult {
    lastLines = List.copyOf(lastLines);
  }

  /** The last lines joined, for messages. */
  public String tail() {
    return String.join(" | ", lastLines);
  }
}
