package org.splatline.pipeline.table;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * One Delta table: its name, its key, its columns, what holds for each row, a record to a row and
 * back.
 *
 * @param <T> the record a row stands for
 */
public abstract class Table<T> {
  private final String name;
  private final String comment;
  private final List<String> key;
  private final List<Column<T>> columns;
  private final StructType schema;

  /**
   * @param key names of the columns that tell rows apart
   */
  Table(String name, String comment, List<String> key, List<Column<T>> columns) {
    this.name = name;
    this.comment = comment;
    this.key = List.copyOf(key);
    this.columns = List.copyOf(columns);
    this.schema = new StructType(columns.stream().map(Column::field).toArray(StructField[]::new));
  }

  /** Its folder's name, and its view's in SQL. */
  public final String name() {
    return name;
  }

  /** What a row is. */
  final String comment() {
    return comment;
  }

  /** Names of the columns that tell rows apart. */
  public final List<String> key() {
    return key;
  }

  final List<Column<T>> columns() {
    return columns;
  }

  /** Names, types and comments of the columns. */
  public final StructType schema() {
    return schema;
  }

  /** What Delta checks of each row, as SQL, by the constraint's name. */
  final Map<String, String> constraints() {
    Map<String, String> constraints = new LinkedHashMap<>();
    for (Column<T> column : columns) {
      if (!column.check().isEmpty()) {
        constraints.put("valid_" + column.name(), column.constraint());
      }
    }
    constraints.putAll(new TreeMap<>(rowConstraints())); // in the same order each time
    return constraints;
  }

  /** Of {@link #constraints}, those over several columns. */
  Map<String, String> rowConstraints() {
    return Map.of();
  }

  /** Whether Delta keeps what changed from version to version for readers that follow the table. */
  boolean hasChangeFeed() {
    return false;
  }

  /** A record's row, in the order of {@link #schema}. */
  public final Row toRow(T record) {
    return RowFactory.create(
        columns.stream().map(column -> column.value().apply(record)).toArray());
  }

  /** A row's record; columns are found by name. */
  public abstract T toRecord(Row row);
}
