package org.splatline.pipeline.table;

import java.util.function.Function;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;

/**
 * Makes the columns of a table from the components of its record. A column has the component's
 * type, and the component's name unless a path is given.
 *
 * @param <T> the table's record
 * @param prefix path of the record that component names start from; empty: the table's record
 */
record Columns<T>(Class<T> type, String prefix) {

  static <T> Columns<T> of(Class<T> type) {
    return new Columns<>(type, "");
  }

  /** Columns from the components of a nested record. */
  Columns<T> in(String component) {
    return new Columns<>(type, prefix + component + ".");
  }

  /** A column that always has a value. {@code comment} names the unit. */
  Column<T> always(String name, String comment) {
    return always(name, camelCase(name), comment);
  }

  Column<T> always(String name, String component, String comment) {
    return of(name, path(component), false, comment);
  }

  /** A column that may be null. {@code comment} names the unit. */
  Column<T> maybe(String name, String comment) {
    return maybe(name, camelCase(name), comment);
  }

  Column<T> maybe(String name, String component, String comment) {
    return of(name, path(component), true, comment);
  }

  /** A number that is null where the record has NaN. */
  Column<T> maybeNan(String name, String comment) {
    return of(name, path(camelCase(name)).withNanAsNull(), true, comment);
  }

  /** A column that is computed from the record and isn't read back. */
  Column<T> derived(
      String name, DataType dataType, boolean nullable, String comment, Function<T, ?> value) {
    return new Column<>(field(name, dataType, nullable, comment), value::apply, 1, "");
  }

  Column<T> runId() {
    return always("run_id", "The run, as named by --run-id");
  }

  Column<T> sceneId() {
    return always("scene_id", "The scene's folder name");
  }

  Column<T> attempt() {
    return always("attempt", "Number of the attempt, from 1").atLeast(1);
  }

  Column<T> tenant() {
    return always(
            "tenant", "Whose scene it is, from the batch's manifest; empty if it names nobody")
        .since(3);
  }

  private ComponentPath<T> path(String component) {
    return ComponentPath.of(type, prefix + component);
  }

  private Column<T> of(String name, ComponentPath<T> path, boolean nullable, String comment) {
    return new Column<>(field(name, path.type(), nullable, comment), path, 1, "");
  }

  private static StructField field(String name, DataType type, boolean nullable, String comment) {
    return new StructField(name, type, nullable, Metadata.empty()).withComment(comment);
  }

  private static String camelCase(String name) {
    StringBuilder text = new StringBuilder();
    for (String word : name.split("_", -1)) {
      text.append(
          text.isEmpty() ? word : Character.toUpperCase(word.charAt(0)) + word.substring(1));
    }
    return text.toString();
  }
}
