package org.splatline.pipeline.table;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.spark.sql.Dataset;
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
        constraints.put(column.constraintName(), column.constraint());
      }
    }
    constraints.putAll(new TreeMap<>(rowConstraints())); // in the same order each time
    return constraints;
  }

  /** Those of the {@link #constraints} that concern several columns. */
  Map<String, String> rowConstraints() {
    return Map.of();
  }

  /** Whether queries look for single scenes, so that a file should hold few scenes. */
  final boolean isReadByScene() {
    return key.contains("scene_id");
  }

  /**
   * Whether Delta records the changes of each version, for readers that follow the table. A table
   * that only grows needs no such record: its new files are the changes.
   */
  boolean hasChangeFeed() {
    return false;
  }

  /**
   * Rows of a table of this or an earlier version, with all columns of this version: what an
   * earlier version didn't have is null, and a tenant is empty.
   */
  final Dataset<Row> complete(Dataset<Row> rows) {
    Set<String> present = Set.of(rows.columns());
    Dataset<Row> complete = rows;
    for (Column<T> column : columns) {
      if (!present.contains(column.name())) {
        complete = complete.withColumn(column.name(), lit(null).cast(column.field().dataType()));
      }
      if (column.name().equals("tenant")) {
        complete =
            complete.withColumn(
                "tenant", coalesce(col("tenant"), lit("")).as("tenant", column.field().metadata()));
      }
    }
    return complete;
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
