package org.splatline.pipeline.table;

import java.util.Map;
import java.util.TreeMap;

/** What is set on a Delta table beside its columns. */
final class TableProperties {
  /** Version of its columns and constraints. */
  static final String VERSION = "splatline.schema-version";

  /** Where Delta keeps the SQL of a CHECK constraint. */
  static final String CONSTRAINT = "delta.constraints.";

  private TableProperties() {}

  /** All but the constraints. Delta keeps log and files long enough to look a quarter back. */
  static Map<String, String> of(Table<?> table) {
    Map<String, String> properties = new TreeMap<>();
    properties.put(VERSION, Integer.toString(Tables.VERSION));
    properties.put("splatline.logstore", "conditional-put"); // what all its writers have to use
    properties.put("delta.setTransactionRetentionDuration", "interval 90 days");
    properties.put("delta.logRetentionDuration", "interval 400 days");
    properties.put("delta.deletedFileRetentionDuration", "interval 30 days");
    if (table.hasChangeFeed()) {
      properties.put("delta.enableChangeDataFeed", "true");
    }
    return properties;
  }
}
