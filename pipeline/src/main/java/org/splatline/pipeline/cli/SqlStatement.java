package org.splatline.pipeline.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.splatline.gpu.config.ConfigException;

/**
 * One query that only reads. The constructor throws {@link ConfigException} for any other.
 *
 * @param name the name of its file without the ending; {@link #FROM_COMMAND_LINE} without a file
 */
record SqlStatement(String name, String text) {
  private static final String FROM_COMMAND_LINE = "answer";

  /** Literals and comments: they may contain any word. */
  private static final Pattern OPAQUE =
      Pattern.compile("(?s)'(\\\\.|[^'\\\\])*'|\"(\\\\.|[^\"\\\\])*\"|--[^\\n]*|/\\*.*?\\*/");

  private static final Pattern READS =
      Pattern.compile(
          "(?is)[\\s(]*(select|with|from|values|table|describe|desc|show|explain)\\b.*");

  /** Spark accepts a write after words of a query: with x as (…) delete from y. */
  private static final Pattern WRITES =
      Pattern.compile(
          "(?i)\\b(insert\\s+(into|overwrite)|delete\\s+from|merge\\s+(with\\s|into)|update\\s+\\S+)\\b");

  SqlStatement {
    String words = OPAQUE.matcher(text).replaceAll(" ");
    if (!READS.matcher(words).matches() || WRITES.matcher(words).find()) {
      throw new ConfigException(
          "Cannot run %s: sql only reads, as select does. Only runs write the tables"
              .formatted(text.strip().lines().findFirst().orElse("nothing")));
    }
  }

  static SqlStatement of(String query) {
    return new SqlStatement(FROM_COMMAND_LINE, query);
  }

  /** Returns SQL that may follow WHERE. Throws {@link ConfigException} for any other. */
  static String condition(String text) {
    return new SqlStatement(FROM_COMMAND_LINE, "select 1 where " + text).text().substring(15);
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
