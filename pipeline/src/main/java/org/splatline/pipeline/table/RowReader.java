package org.splatline.pipeline.table;

import static org.splatline.gpu.Checks.checkArgument;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.apache.spark.sql.Row;

/**
 * Builds records from rows. A nested record is null where a component that can't be null has no
 * value, or where none of its components has one. Groups are never null.
 */
final class RowReader<T> {
  private final Class<T> type;

  /** How to read each component from a row, by the component's full path. */
  private final Map<String, Function<Row, Object>> values = new HashMap<>();

  private RowReader(Class<T> type) {
    this.type = type;
  }

  /**
   * @param others how to read components that no column holds, by path
   */
  static <T> RowReader<T> of(
      Class<T> type, List<Column<T>> columns, Map<String, Function<Row, Object>> others) {
    RowReader<T> reader = new RowReader<>(type);
    for (Column<T> column : columns) {
      if (column.source() instanceof ComponentPath<T> path) {
        reader.values.put(path.fullName(), row -> path.read(row, column.name()));
      }
    }
    others.forEach(
        (path, value) -> reader.values.put(ComponentPath.of(type, path).fullName(), value));
    reader.check(type, "");
    return reader;
  }

  /** Each component can be read, or is a record whose components can. */
  private void check(Class<?> from, String prefix) {
    for (RecordComponent component : from.getRecordComponents()) {
      String path = prefix + component.getName();
      if (!values.containsKey(path)) {
        checkArgument(
            component.getType().isRecord(),
            "Invalid table: no column holds %s of %s",
            path,
            type.getSimpleName());
        check(component.getType(), path + ".");
      }
    }
  }

  T read(Row row) {
    return type.cast(Records.build(type, values(type, "", row)));
  }

  private Object[] values(Class<?> from, String prefix, Row row) {
    return Arrays.stream(from.getRecordComponents())
        .map(component -> value(component, prefix + component.getName(), row))
        .toArray();
  }

  private Object value(RecordComponent component, String path, Row row) {
    if (values.containsKey(path)) {
      return values.get(path).apply(row);
    }
    Object[] nested = values(component.getType(), path + ".", row);
    return Records.isGroup(component) || isPresent(component.getType(), nested)
        ? Records.build(component.getType(), nested)
        : null;
  }

  private static boolean isPresent(Class<?> type, Object[] values) {
    RecordComponent[] components = type.getRecordComponents();
    for (int i = 0; i < values.length; i++) {
      if (values[i] == null && components[i].getType().isPrimitive()) {
        return false;
      }
    }
    return Arrays.stream(values).anyMatch(Objects::nonNull);
  }
}
