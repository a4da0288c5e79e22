package org.splatline.pipeline.cli;

import static java.util.stream.Collectors.joining;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.splatline.pipeline.store.Location;
import org.splatline.pipeline.table.Table;
import org.splatline.pipeline.table.Tables;

/** Recognises queries that fail because files of a table are damaged. */
final class DamagedTable {
  /** A file below the folder of a table. What is above that folder may have any name. */
  private static final Pattern FILE =
      Pattern.compile(
          "/((%s)/(_delta_log/)?[^/\\s,'\":]+\\.(?:parquet|json|crc))"
              .formatted(Tables.all().stream().map(Table::name).collect(joining("|"))));

  private static final Pattern DAMAGE =
      Pattern.compile(
          "(?i)not a parquet file|corrupt|ChecksumException|FAILED_READ_FILE|could not read footer|unexpected end|FileNotFoundException|DELTA_FILE_NOT_FOUND|DELTA_VERSIONS_NOT_CONTIGUOUS|JsonParseException|MismatchedInputException|ParseException: Failed");

  private DamagedTable() {}

  /** One sentence that names the table and the file; empty for any other failure. */
  static Optional<String> sentence(Throwable failure, Location tables) {
    String file = null;
    String table = null;
    boolean isLog = false;
    boolean isDamage = false;
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      String text = cause.toString();
      isDamage |= DAMAGE.matcher(text).find();
      Matcher match = FILE.matcher(text);
      if (match.find()) {
        file = tables.uri(match.group(1));
        table = match.group(2);
        isLog = match.group(3) != null;
      }
    }
    return isDamage && file != null ? Optional.of(text(file, table, isLog)) : Optional.empty();
  }

  private static String text(String file, String table, boolean isLog) {
    return isLog && file.contains(".checkpoint")
        ? "Cannot read table %s: its checkpoint %s is damaged. Delete that file if the .json files of all versions up to it are still beside it, else restore it from the bucket's versions or a backup"
            .formatted(table, file)
        : "Cannot read table %s: file %s is damaged or missing. Restore it from the bucket's versions or a backup"
            .formatted(table, file);
  }
}
