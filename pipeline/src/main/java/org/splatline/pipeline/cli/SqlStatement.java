package org.splatline.pipeline.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.splatline.gpu.config.ConfigException;

/**
 * One query that only reads. The constructor throws {@link ConfigException} for any other.
 *
 * @param name its file's name without ending; {@link #GIVEN} where it was given as words
 */
record SqlStatement(String name, String text) {
  private static final String GIVEN = "answer";

  /** What can hold any word: literals and comments. */
  private static final Pattern OPAQUE =
      Pattern.compile("(?s)'(\\\\.|[^'\\\\])*'|\"(\\\\.|[^\"\\\\])*\"|--[^\\n]*|/\\*.*?\\*/");

  private static final Pattern READS =
      Pattern.compile(
          "(?is)[\\s(]*(select|with|from|values|table|describe|desc|show|explain)\\b.*");

  /** Spark lets a query's first words end in a write: with x as (…) delete from y. */
  private static final Pattern WRITES =
      Pattern.compile(
          "(?i)\\b(insert\\s+(into|overwrite)|delete\\s+from|merge\\s+(with\\s|into)|update\\s+\\S+)\\b");

  SqlStatement {
    String words = OPAQUE.matcher(text).replaceAll(" ");
    if (!READS.matcher(words).matches() || WRITES.matcher(words).find()) {
      throw new ConfigException(
          "Cannot run %s: sql only reads, as with select; the tables are written by run alone"
              .formatted(text.strip().lines().findFirst().orElse("nothing")));
    }
  }

  static SqlStatement of(String query) {
    return new SqlStatement(GIVEN, query);
  }

  /** SQL that can stand behind WHERE. Throws {@link ConfigException} for what can't. */
  static String condition(String text) {
    return new SqlStatement(GIVEN, "select 1 where " + text).text().substring(15);
  }

  /** As messages name it. */
  String title() {
    return name.equals(GIVEN) ? "the query" : name;
  }

  static SqlStatement read(Path file) {
    try {
      String name = file.getFileName().toString();
      return new SqlStatement(name.replaceFirst("\\.[^.]+$", ""), Files.readString(file));
    } catch (IOException e) {
      throw new ConfigException(
          "Cannot read --file %s: %s. Give it a file that holds one query"
              .formatted(
                  file, Files.isRegularFile(file) ? e.getMessage() : "there is no such file"),
          e);
    }
  }
}
