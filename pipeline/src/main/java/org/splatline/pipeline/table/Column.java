package org.splatline.pipeline.table;

import java.util.Arrays;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;

/**
 * One column: what the table says of it, and where its value stands in a record.
 *
 * @param <T> the table's record
 * @param since the tables' version that brought it
 * @param check SQL that holds for each value that isn't null; empty: none
 */
record Column<T>(StructField field, Function<T, ?> value, int since, String check) {

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
    return Column.<T>always(
            "attempt", DataTypes.IntegerType, "Number of the attempt, from 1", value)
        .atLeast(1);
  }

  private static <T> Column<T> of(
      String name, DataType type, boolean nullable, String comment, Function<T, ?> value) {
    StructField field = new StructField(name, type, nullable, Metadata.empty());
    return new Column<>(field.withComment(comment), value, 1, "");
  }

  String name() {
    return field.name();
  }

  /** The same, brought by a later version: a table made before has null in its older rows. */
  Column<T> since(int version) {
    return new Column<>(field, value, version, check);
  }

  Column<T> atLeast(long least) {
    return checked("%s >= %d".formatted(name(), least));
  }

  Column<T> between(long least, long most) {
    return checked("%s BETWEEN %d AND %d".formatted(name(), least, most));
  }

  /** One of an enum's names. */
  Column<T> oneOf(Enum<?>[] values) {
    return oneOf(Arrays.stream(values).map(Enum::name).toArray(String[]::new));
  }

  Column<T> oneOf(String... words) {
    return checked(
        Arrays.stream(words)
            .map(word -> "'" + word + "'")
            .collect(Collectors.joining(", ", name() + " IN (", ")")));
  }

  private Column<T> checked(String sql) {
    return new Column<>(field, value, since, sql);
  }

  /** {@link #check} with null let through where it may stand: Delta would refuse it. */
  String constraint() {
    return field.nullable() ? "%s IS NULL OR %s".formatted(name(), check) : check;
  }
}
