package org.splatline.pipeline.table;

import static org.splatline.gpu.Checks.checkArgument;

import java.lang.reflect.RecordComponent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.splatline.gpu.config.ConfigException;

/**
 * The way from a record to one of its components, as in {@code photographs.camera}, and how Spark
 * takes the component's value. The value is null where a record on the way is null.
 *
 * @param steps the component itself comes last
 * @param nanIsNull whether a table has null for a number that isn't finite
 */
record ComponentPath<T>(List<RecordComponent> steps, boolean nanIsNull)
    implements Column.Source<T> {

  /**
   * Follows names separated by dots. A name is also looked for in the groups of the record it
   * belongs to.
   */
  static <T> ComponentPath<T> of(Class<T> type, String names) {
    List<RecordComponent> steps = new ArrayList<>();
    Class<?> from = type;
    for (String name : names.split("\\.", -1)) {
      List<RecordComponent> found = find(from, name);
      checkArgument(
          !found.isEmpty(), "Invalid path: record %s has no component %s", from.getName(), name);
      steps.addAll(found);
      from = steps.get(steps.size() - 1).getType();
    }
    return new ComponentPath<>(List.copyOf(steps), false);
  }

  private static List<RecordComponent> find(Class<?> type, String name) {
    for (RecordComponent component : type.getRecordComponents()) {
      if (component.getName().equals(name)) {
        return List.of(component);
      }
      if (Records.isGroup(component)) {
        List<RecordComponent> below = find(component.getType(), name);
        if (!below.isEmpty()) {
          List<RecordComponent> path = new ArrayList<>(List.of(component));
          path.addAll(below);
          return path;
        }
      }
    }
    return List.of();
  }

  ComponentPath<T> withNanAsNull() {
    return new ComponentPath<>(steps, true);
  }

  RecordComponent last() {
    return steps.get(steps.size() - 1);
  }

  /** The names of all steps, groups included. */
  String fullName() {
    return steps.stream().map(RecordComponent::getName).collect(Collectors.joining("."));
  }

  /** The column's type. */
  DataType type() {
    Class<?> type = last().getType();
    if (type == String.class || type.isEnum() || type == List.class) {
      return DataTypes.StringType;
    }
    if (type == int.class || type == Integer.class) {
      return DataTypes.IntegerType;
    }
    if (type == long.class || type == Long.class) {
      return DataTypes.LongType;
    }
    if (type == double.class || type == Double.class) {
      return DataTypes.DoubleType;
    }
    if (type == boolean.class) {
      return DataTypes.BooleanType;
    }
    if (type == Instant.class) {
      return DataTypes.TimestampType;
    }
    checkArgument(type == Map.class, "Invalid component: no column type for %s", last());
    return DataTypes.createMapType(DataTypes.StringType, DataTypes.LongType);
  }

  @Override
  public Object value(T owner) {
    Object value = owner;
    for (RecordComponent step : steps) {
      if (value == null) {
        return null;
      }
      value = Records.get(value, step);
    }
    return toSpark(value);
  }

  private Object toSpark(Object value) {
    if (value instanceof Enum<?> name) {
      return name.name();
    }
    if (value instanceof List<?> words) {
      return String.join(",", words.stream().map(Object::toString).toList());
    }
    boolean isNan = value instanceof Double number && !Double.isFinite(number);
    return nanIsNull && isNan ? null : value;
  }

  /** The component's value out of a row; null also where the component can't be null. */
  @SuppressWarnings({"unchecked", "rawtypes"})
  Object read(Row row, String column) {
    int index = row.fieldIndex(column);
    if (row.isNullAt(index)) {
      return nanIsNull && last().getType() == double.class ? Double.NaN : null;
    }
    Class<?> type = last().getType();
    if (type == Map.class) {
      return Map.copyOf(row.getJavaMap(index));
    }
    if (type.isEnum()) {
      return constant((Class) type, column, row.getString(index));
    }
    if (type == List.class) {
      String words = row.getString(index);
      return words.isEmpty() ? List.of() : List.of(words.split(",", -1));
    }
    return row.get(index);
  }

  /**
   * Tables don't limit the words of a column, so a later Splatline may have written another one.
   */
  private static <E extends Enum<E>> E constant(Class<E> type, String column, String word) {
    return Arrays.stream(type.getEnumConstants())
        .filter(constant -> constant.name().equals(word))
        .findAny()
        .orElseThrow(
            () ->
                new ConfigException(
                    "Cannot read %s %s: this Splatline doesn't know it. Use the newer Splatline that wrote the row"
                        .formatted(column, word)));
  }
}
