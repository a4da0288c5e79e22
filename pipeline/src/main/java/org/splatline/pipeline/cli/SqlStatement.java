package org.splatline.pipeline.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.splatline.gpu.config.ConfigException;

/**
 * One query.
 *
 * @param name the name of its file without the ending; {@link #FROM_COMMAND_LINE} without a file
 */
record SqlStatement(String name, String text) {
  private static final String FROM_COMMAND_LINE = "answer";

  static SqlStatement of(String query) {
    return new SqlStatement(FROM_COMMAND_LINE, query);
  }

  /** How messages name it. */
  String title() {
    return name.equals(FROM_COMMAND_LINE) ? "the query" : name;
  }

  static SqlStatement read(Path file) {
    try {
      String name = file.getFileName().toString();
      return new SqlStatement(name.replaceFirst("\\.[^.]+$", ""), Files.readString(file));
    } catch (IOException e) {
      throw new ConfigException(
          "Cannot read --file %s: %s. Name a file that holds one query"
              .formatted(
                  file, Files.isRegularFile(file) ? e.getMessage() : "there is no such file"),
          e);
    }
  }
}
