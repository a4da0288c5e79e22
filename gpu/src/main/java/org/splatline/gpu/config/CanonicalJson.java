package org.splatline.gpu.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;

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
    return sha256(write(node));
  }

  /** SHA-256 of the canonical text of {@code values}, hexadecimal. Content keys are made so. */
  public static String sha256(Map<String, ?> values) {
    return sha256(MAPPER.<JsonNode>valueToTree(values));
  }

  private static String sha256(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Cannot hash: this JVM lacks SHA-256", e);
    }
  }
}
