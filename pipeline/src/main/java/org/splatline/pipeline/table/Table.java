package org.splatline.pipeline.table;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * One Delta table: its name, its key, its columns and constraints, and its rows as records.
 *
 * @param <T> the record of one row
 */
public abstract class Table<T> {
  private final String name;
  private final String comment;
  private final List<String> key;
  private final List<Column<T>> columns;
  private final StructType schema;
  private final RowReader<T> reader;

  /**
   * @param key names of the columns whose values identify a row
   * @param comment what a row is
   */
  Table(Class<T> type, String name, String comment, List<String> key, List<Column<T>> columns) {
    this(type, name, comment, key, columns, Map.of());
  }

  /**
   * @param others how to read the record's components that no column holds, by path
   */
  Table(
      Class<T> type,
      String name,
      String comment,
      List<String> key,
      List<Column<T>> columns,
      Map<String, Function<Row, Object>> others) {
    this.name = name;
    this.comment = comment;
    this.key = List.copyOf(key);
    this.columns = List.copyOf(columns);
    this.schema = new StructType(columns.stream().map(Column::field).toArray(StructField[]::new));
    this.reader = RowReader.of(type, columns, others);
  }

  /** The name of the table's folder and of its SQL view. */
  public final String name() {
    return name;
  }

  /** What a row is. */
  final String comment() {
    return comment;
  }

  /** Names of the columns whose values identify a row. */
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

  /** The conditions that Delta checks for each row, as SQL by constraint name. */
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

  /** Those of the {@link #constraints} that concern several columns. */
  Map<String, String> rowConstraints() {
    return Map.of();
  }

  /** Whether Delta records the changes of each version, for readers that follow the table. */
  boolean hasChangeFeed() {
    return false;
  }

  /** A record's row, in the order of {@link #schema}. */
  final Row toRow(T owner) {
    return RowFactory.create(
        columns.stream().map(column -> column.source().value(owner)).toArray());
  }

  /** A row's record. Columns are found by name. */
  public final T toRecord(Row row) {
    return reader.read(row);
  }
}
