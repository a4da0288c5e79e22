package org.splatline.gpu.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Map;
import org.splatline.gpu.io.Sha256;

/** JSON with sorted keys and no spaces, so that equal content gives equal bytes. */
public final class CanonicalJson {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS).build();

  private CanonicalJson() {}

  /** The canonical text. */
  public static String write(JsonNode node) {
    try {
      // Jackson sorts the keys of a map, but not those of a tree.
      return MAPPER.writeValueAsString(MAPPER.treeToValue(node, Object.class));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Cannot write canonical JSON", e);
    }
  }

  /** SHA-256 of the canonical text, hexadecimal. */
  public static String sha256(JsonNode node) {
    return Sha256.of(write(node));
  }

  /** SHA-256 of the canonical text of {@code values}, hexadecimal. Content keys are made so. */
  public static String sha256(Map<String, ?> values) {
    return sha256(MAPPER.<JsonNode>valueToTree(values));
  }
}
