package org.splatline.gpu.io;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.util.JsonParserDelegate;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;

/** Parsers of JSON and YAML with limits, for text that others write. */
public final class Parsers {
  /** Lists and objects within each other. */
  public static final int MOST_NESTED = 64;

  /** Characters of a YAML text. */
  public static final int MOST_YAML = 1 << 20;

  private static final int LONGEST_NUMBER = 400; // a double written without an exponent
  private static final int LONGEST_TEXT = 1 << 22;

  private Parsers() {}

  private static StreamReadConstraints constraints() {
    return StreamReadConstraints.builder()
        .maxNestingDepth(MOST_NESTED)
        .maxNumberLength(LONGEST_NUMBER)
        .maxStringLength(LONGEST_TEXT)
        .build();
  }

  /** Apart, because a process that reads strangers' files has no YAML library. */
  private static final class Yaml {
    static final ObjectMapper MAPPER = mapper();

    private static ObjectMapper mapper() {
      YAMLFactory yaml = new YAMLFactory(); // its builder takes empty values for empty texts
      yaml.setStreamReadConstraints(constraints());
      return new YAMLMapper(yaml);
    }
  }

  /** A new factory of JSON parsers; beyond a limit they throw a JsonProcessingException. */
  public static JsonFactory json() {
    return jsonBuilder().build();
  }

  /** The same, for more settings. */
  public static JsonFactoryBuilder jsonBuilder() {
    return new JsonFactoryBuilder().streamReadConstraints(constraints());
  }

  /**
   * Reads YAML with the limits.
   *
   * @throws com.fasterxml.jackson.core.JsonProcessingException when it is none, or beyond a limit
   */
  public static JsonNode yaml(String text) throws IOException {
    if (text.length() > MOST_YAML) {
      throw new StreamConstraintsException(
          "it has %d characters, at most %d are read".formatted(text.length(), MOST_YAML));
    }
    try (JsonParser parser = new Shallow(Yaml.MAPPER.createParser(text))) {
      return Yaml.MAPPER.readTree(parser);
    }
  }

  /** Refuses deep nesting as it is read; Jackson's own parser of YAML has no such limit. */
  private static final class Shallow extends JsonParserDelegate {
    Shallow(JsonParser yaml) {
      super(yaml);
    }

    @Override
    public JsonToken nextToken() throws IOException {
      JsonToken token = super.nextToken();
      if (token != null && token.isStructStart()) {
        checkDepth();
      }
      return token;
    }

    private void checkDepth() throws StreamConstraintsException {
      int depth = 0;
      for (JsonStreamContext at = getParsingContext(); at != null; at = at.getParent()) {
        if (++depth > MOST_NESTED + 1) { // the document is one, too
          throw new StreamConstraintsException(
              "lists and objects are nested deeper than " + MOST_NESTED, currentLocation());
        }
      }
    }
  }
}
