package org.splatline.pipeline.table;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.BeanProperty;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.deser.ContextualDeserializer;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Set;

/**
 * Reads a record whose groups are unwrapped in JSON. Jackson writes such records itself, but reads
 * them only from version 2.19 on, and Spark brings an older one.
 */
final class FlatRecordReader extends JsonDeserializer<Object> implements ContextualDeserializer {
  private static final PropertyNamingStrategies.NamingBase NAMES =
      PropertyNamingStrategies.SnakeCaseStrategy.INSTANCE;

  private final Class<?> type;

  /** For Jackson, which asks {@link #createContextual} for the reader of one type. */
  FlatRecordReader() {
    this(Record.class);
  }

  private FlatRecordReader(Class<?> type) {
    this.type = type;
  }

  @Override
  public JsonDeserializer<?> createContextual(DeserializationContext context, BeanProperty where) {
    return new FlatRecordReader(context.getContextualType().getRawClass());
  }

  @Override
  public Object deserialize(JsonParser parser, DeserializationContext context) throws IOException {
    JsonNode json = context.readTree(parser);
    Set<String> known = new HashSet<>();
    Object read = read(type, json, context, known);
    for (Iterator<String> names = json.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (!known.contains(name)) {
        context.handleUnknownProperty(parser, this, type, name);
      }
    }
    return read;
  }

  private static Object read(
      Class<?> type, JsonNode json, DeserializationContext context, Set<String> known)
      throws IOException {
    RecordComponent[] components = type.getRecordComponents();
    Object[] values = new Object[components.length];
    for (int i = 0; i < components.length; i++) {
      Class<?> component = components[i].getType();
      if (Records.isGroup(components[i])) {
        values[i] = read(component, json, context, known);
      } else {
        String name = NAMES.translate(components[i].getName());
        known.add(name);
        JavaType wanted = context.getTypeFactory().constructType(components[i].getGenericType());
        values[i] =
            json.hasNonNull(name)
                ? context.readTreeAsValue(json.get(name), wanted)
                : context.findRootValueDeserializer(wanted).getNullValue(context);
      }
    }
    return Records.build(type, values);
  }
}
