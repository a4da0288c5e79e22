package org.splatline.pipeline.table;

import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * One Delta table: its name, its columns, a record to a row and back.
 *
 * @param <T> the record a row stands for
 */
public abstract class Table<T> {
  private final String name;
  private final String comment;
  private final List<Column<T>> columns;
  private final StructType schema;

  Table(String name, String comment, List<Column<T>> columns) {
    this.name = name;
    this.comment = comment;
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

  /** Names, types and comments of the columns. */
  public final StructType schema() {
    return schema;
  }

  /** A record's row, in the order of {@link #schema}. */
  public final Row toRow(T record) {
    return RowFactory.create(
        columns.stream().map(column -> column.value().apply(record)).toArray());
  }

  /** A row's record; columns are found by name. */
  public abstract T toRecord(Row row);
}
