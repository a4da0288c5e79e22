package org.splatline.gpu.config;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.deser.DeserializationProblemHandler;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Duration;
import java.util.stream.Collectors;

/**
 * Makes a record of a section: kebab-case keys, values with units, enums in any case and with
 * dashes.
 */
final class ConfigMapper {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .addHandler(new DashedEnums())
          .propertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE)
          .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .addModule(
              new SimpleModule()
                  .addDeserializer(Duration.class, new DurationReader())
                  .addDeserializer(long.class, new SizeReader()))
          .build();

  private ConfigMapper() {}

  static <T> T section(ObjectNode tree, String root, Class<T> type) {
    try {
      return MAPPER.treeToValue(tree.at("/" + root.replace('.', '/')), type);
    } catch (JsonMappingException e) {
      String key =
          e.getPath().stream()
              .map(part -> part.getFieldName() == null ? "" + part.getIndex() : part.getFieldName())
              .collect(Collectors.joining("."));
      Throwable cause = e.getCause();
      if (cause instanceof IllegalArgumentException && !(cause instanceof NumberFormatException)) {
        throw new ConfigException(cause.getMessage(), e); // the record's own check failed
      }
      throw new ConfigException(
          "Invalid %s.%s: %s".formatted(root, key, e.getOriginalMessage()), e);
    } catch (JsonProcessingException e) {
      throw new ConfigException("Invalid %s: %s".formatted(root, e.getOriginalMessage()), e);
    }
  }

  /** Reads {@code long-axis} as the constant LONG_AXIS. */
  private static final class DashedEnums extends DeserializationProblemHandler {
    @Override
    public Object handleWeirdStringValue(
        DeserializationContext context, Class<?> type, String value, String failure) {
      if (type.isEnum()) {
        for (Object constant : type.getEnumConstants()) {
          if (((Enum<?>) constant).name().replace('_', '-').equalsIgnoreCase(value)) {
            return constant;
          }
        }
      }
      return NOT_HANDLED;
    }
  }

  private static final class DurationReader extends StdDeserializer<Duration> {
    private static final long serialVersionUID = 1L;

    DurationReader() {
      super(Duration.class);
    }

    @Override
    public Duration deserialize(JsonParser parser, DeserializationContext context)
        throws IOException {
      return Units.duration(parser.getText());
    }
  }

  /** Reads a {@code long}: a plain number or a size with its unit. */
  private static final class SizeReader extends StdDeserializer<Long> {
    private static final long serialVersionUID = 1L;

    SizeReader() {
      super(long.class);
    }

    @Override
    public Long deserialize(JsonParser parser, DeserializationContext context) throws IOException {
      return parser.currentToken().isNumeric()
          ? parser.getLongValue()
          : Units.bytes(parser.getText());
    }
  }
}
