package org.splatline.pipeline.table;

import org.apache.spark.sql.types.StructField;

/**
 * One column of a table.
 *
 * @param <T> the table's record
 * @param source where a record holds the value
 * @param since the version of the tables that added the column
 * @param check SQL that is true for each value that isn't null; empty: none. A range, and never a
 *     list of words: each new word would need another constraint
 */
record Column<T>(StructField field, Source<T> source, int since, String check) {

  /** Where a record holds a column's value. */
  interface Source<T> {
    /** The value as Spark takes it. */
    Object value(T owner);
  }

  String name() {
    return field.name();
  }

  /** The same column, added by a later version. It is null in rows of an earlier version. */
  Column<T> since(int version) {
    return new Column<>(field, source, version, check);
  }

  Column<T> atLeast(long least) {
    return checked("%s >= %d".formatted(name(), least));
  }

  Column<T> between(long least, long most) {
    return checked("%s BETWEEN %d AND %d".formatted(name(), least, most));
  }

  private Column<T> checked(String sql) {
    return new Column<>(field, source, since, sql);
  }

  /** The name of the table's constraint. */
  String constraintName() {
    return "valid_" + name();
  }

  /** The text of the table's constraint. Delta refuses null unless the text allows it. */
  String constraint() {
    return field.nullable() ? "%s IS NULL OR %s".formatted(name(), check) : check;
  }
}
