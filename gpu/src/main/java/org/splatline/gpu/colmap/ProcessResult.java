package org.splatline.gpu.colmap;

import java.time.Duration;
import java.util.List;

/**
 * How a command ended by itself.
 *
 * @param exitCode 128 + n when signal n ended it
 * @param lastLines of its output, oldest first, at most {@value OutputDrain#LAST_LINES}
 */
public record ProcessResult(int exitCode, Duration elapsed, List<String> lastLines) {

  public ProcessResult {
    lastLines = List.copyOf(lastLines);
  }

  /** The last lines in one, for messages. */
  public String tail() {
    return String.join(" | ", lastLines);
  }
}
