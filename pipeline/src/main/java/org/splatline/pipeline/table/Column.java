package org.splatline.pipeline.table;

import java.util.function.Function;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;

/**
 * One column: what the table says of it, and where its value stands in a record.
 *
 * @param <T> the table's record
 */
record Column<T>(StructField field, Function<T, ?> value) {

  /** A column that always has a value. {@code comment} names the unit. */
  static <T> Column<T> always(String name, DataType type, String comment, Function<T, ?> value) {
    return of(name, type, false, comment, value);
  }

  /** A column that is null where nothing was measured. {@code comment} names the unit. */
  static <T> Column<T> maybe(String name, DataType type, String comment, Function<T, ?> value) {
    return of(name, type, true, comment, value);
  }

  static <T> Column<T> runId(Function<T, ?> value) {
    return always("run_id", DataTypes.StringType, "The run, as given by --run-id", value);
  }

  static <T> Column<T> sceneId(Function<T, ?> value) {
    return always("scene_id", DataTypes.StringType, "The scene's folder name", value);
  }

  static <T> Column<T> attempt(Function<T, ?> value) {
    return always("attempt", DataTypes.IntegerType, "Number of the attempt, from 1", value);
  }

  private static <T> Column<T> of(
      String name, DataType type, boolean nullable, String comment, Function<T, ?> value) {
    StructField field = new StructField(name, type, nullable, Metadata.empty());
    return new Column<>(field.withComment(comment), value);
  }
}
