package org.splatline.pipeline.table;

import java.util.Map;
import java.util.TreeMap;

/** The properties of a Delta table. */
final class TableProperties {
  /** Version of the table's columns and constraints. */
  static final String VERSION = "splatline.schema-version";

  /** Prefix of the property that has the SQL of a CHECK constraint. */
  static final String CONSTRAINT = "delta.constraints.";

  private TableProperties() {}

  /** All properties but the constraints. Delta keeps log and files for time travel. */
  static Map<String, String> of(Table<?> table) {
    Map<String, String> properties = new TreeMap<>();
    properties.put(VERSION, Integer.toString(Tables.VERSION));
    properties.put(
        "splatline.logstore", "conditional-put"); // all writers have to use such a log store
    properties.put("delta.setTransactionRetentionDuration", "interval 90 days");
    properties.put("delta.logRetentionDuration", "interval 400 days");
    properties.put("delta.deletedFileRetentionDuration", "interval 30 days");
    if (table.hasChangeFeed()) {
      properties.put("delta.enableChangeDataFeed", "true");
    }
    return properties;
  }
}
