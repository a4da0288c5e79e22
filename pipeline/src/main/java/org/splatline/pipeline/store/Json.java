package org.splatline.pipeline.store;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.io.SerializedString;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import org.splatline.gpu.PlainText;
import org.splatline.gpu.io.Parsers;

/** Writes and reads records as JSON with snake_case keys and times in ISO 8601. */
public final class Json {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder(Parsers.json())
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .addModule(
              new SimpleModule()
                  .addSerializer(Instant.class, new InstantWriter())
                  .addDeserializer(Instant.class, new InstantReader()))
          .build();

  static {
    MAPPER.getFactory().setCharacterEscapes(new OddCharacters());
  }

  private Json() {}

  public static byte[] write(Object value) {
    try {
      return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(value);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write JSON", e);
    }
  }

  public static <T> T read(byte[] json, Class<T> type) {
    try {
      return MAPPER.readValue(json, type);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read JSON as " + type.getSimpleName(), e);
    }
  }

  /**
   * Reads the content of a stored file.
   *
   * @param file names it in exceptions
   * @throws DamagedFileException when the content isn't whole JSON
   * @throws UncheckedIOException when it is JSON of another kind
   */
  public static <T> T read(byte[] json, Class<T> type, String file) {
    try {
      return MAPPER.readValue(json, type);
    } catch (IOException e) {
      if (!isWhole(json)) {
        throw new DamagedFileException(file, json.length, e);
      }
      throw new UncheckedIOException(
          "Cannot read %s: another version of Splatline has written it. Use that version"
              .formatted(file),
          e);
    }
  }

  private static boolean isWhole(byte[] json) {
    try {
      return !MAPPER.readTree(json).isMissingNode();
    } catch (IOException e) {
      return false;
    }
  }

  /** Escapes what {@link PlainText} finds odd, so that a file is safe to print. */
  private static final class OddCharacters extends CharacterEscapes {
    private static final long serialVersionUID = 1L;
    private static final char DELETE = 0x7f;

    @Override
    public int[] getEscapeCodesForAscii() {
      int[] codes = standardAsciiEscapesForJSON();
      codes[DELETE] = ESCAPE_STANDARD;
      return codes;
    }

    /** Asked for each UTF-16 unit beyond ASCII; null: as it is. */
    @Override
    public SerializableString getEscapeSequence(int unit) {
      String text = Character.toString(unit);
      return !Character.isSurrogate((char) unit) && PlainText.isOdd(text)
          ? new SerializedString(PlainText.line(text))
          : null;
    }
  }

  private static final class InstantWriter extends StdSerializer<Instant> {
    private static final long serialVersionUID = 1L;

    InstantWriter() {
      super(Instant.class);
    }

    @Override
    public void serialize(Instant value, JsonGenerator json, SerializerProvider provider)
        throws IOException {
      json.writeString(value.toString());
    }
  }

  private static final class InstantReader extends StdDeserializer<Instant> {
    private static final long serialVersionUID = 1L;

    InstantReader() {
      super(Instant.class);
    }

    @Override
    public Instant deserialize(JsonParser parser, DeserializationContext context)
        throws IOException {
      return Instant.parse(parser.getText());
    }
  }
}
