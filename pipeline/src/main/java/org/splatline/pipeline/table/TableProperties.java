package org.splatline.pipeline.table;

import java.util.Map;
import java.util.TreeMap;

/** The properties of a Delta table. */
final class TableProperties {
  /** Version of the table's columns and constraints. */
  static final String VERSION = "splatline.schema-version";

  /** Prefix of the property that has the SQL of a CHECK constraint. */
  static final String CONSTRAINT = "delta.constraints.";

  /** How long Delta keeps the log of changes. */
  static final String LOG_RETENTION = "delta.logRetentionDuration";

  /** How long Delta keeps files that are no longer part of a table. */
  static final String FILE_RETENTION = "delta.deletedFileRetentionDuration";

  private TableProperties() {}

  /** All properties but the constraints. Delta keeps log and files for time travel. */
  static Map<String, String> of(Table<?> table) {
    Map<String, String> properties = new TreeMap<>();
    properties.put(VERSION, Integer.toString(Tables.VERSION));
    properties.put(
        "splatline.logstore", "conditional-put"); // all writers have to use such a log store
    properties.put("delta.setTransactionRetentionDuration", "interval 90 days");
    properties.put(LOG_RETENTION, "interval 30 days");
    properties.put(FILE_RETENTION, "interval 30 days"); // an older log would name deleted files
    properties.put("delta.enableChangeDataFeed", Boolean.toString(table.hasChangeFeed()));
    return properties;
  }
}
