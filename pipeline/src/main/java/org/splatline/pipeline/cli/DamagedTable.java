package org.splatline.pipeline.cli;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Recognises queries that fail because files of a table are damaged. */
final class DamagedTable {
  private static final Pattern FILE =
      Pattern.compile(
          "((?:s3a?|file):[^\\s,'\"]+?/([A-Za-z_]+)/(_delta_log/)?[^/\\s,'\":]+\\.(?:parquet|json|crc))");

  private static final Pattern DAMAGE =
      Pattern.compile(
          "(?i)not a parquet file|corrupt|FAILED_READ_FILE|could not read footer|unexpected end|FileNotFoundException|DELTA_FILE_NOT_FOUND|DELTA_VERSIONS_NOT_CONTIGUOUS|JsonParseException|MismatchedInputException|ParseException: Failed");

  private DamagedTable() {}

  /** One sentence that names the table and the file; empty for any other failure. */
  static Optional<String> sentence(Throwable failure) {
    String file = null;
    String table = null;
    boolean isLog = false;
    boolean isDamage = false;
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      String text = cause.toString();
      isDamage |= DAMAGE.matcher(text).find();
      Matcher match = FILE.matcher(text);
      if (match.find()) {
        file = match.group(1);
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
