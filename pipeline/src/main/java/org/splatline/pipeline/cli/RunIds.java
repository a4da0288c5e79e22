package org.splatline.pipeline.cli;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.splatline.gpu.config.ConfigException;

/** Names of runs. Each can be the name of a folder. */
final class RunIds {
  private RunIds() {}

  /** The time now in UTC, as {@code 20260301-100000}. */
  static String now() {
    return DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss")
        .format(Instant.now().atZone(ZoneOffset.UTC));
  }

  /** Returns {@code runId}; throws {@link ConfigException} when it cannot be a folder's name. */
  static String checked(String runId) {
    return checked("--run-id", runId);
  }

  /**
   * The same.
   *
   * @param name what the text was given as
   */
  static String checked(String name, String runId) {
    if (!runId.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,99}")) {
      throw new ConfigException(
          "Invalid %s: %s. Use letters, digits, dot, dash and underscore".formatted(name, runId));
    }
    return runId;
  }
}
