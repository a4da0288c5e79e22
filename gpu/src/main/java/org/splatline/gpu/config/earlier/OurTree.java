package org.splatline.gpu.config.earlier;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.Map;

/** A tree of our keys under construction; it remembers which earlier name each value came from. */
final class OurTree {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final ObjectNode tree = NODES.objectNode();
  private final Map<String, String> origins = new HashMap<>();

  ObjectNode tree() {
    return tree;
  }

  /**
   * Sets a key unless an earlier name has set it before. Returns that name where it gave another
   * value, else null.
   */
  String put(String key, String origin, Number value) {
    JsonNode node =
        value instanceof Integer whole
            ? NODES.numberNode(whole)
            : NODES.numberNode(value.doubleValue());
    JsonNode old = tree.at("/" + key.replace('.', '/'));
    if (old.isMissingNode()) {
      set(key, node);
      origins.put(key, origin);
      return null;
    }
    return old.equals(node) ? null : origins.get(key);
  }

  /** Sets a key, whatever it was. */
  void set(String key, JsonNode value) {
    int dot = key.lastIndexOf('.');
    ObjectNode section = tree;
    for (String name : key.substring(0, dot).split("\\.", -1)) {
      section = section.get(name) instanceof ObjectNode below ? below : section.putObject(name);
    }
    section.set(key.substring(dot + 1), value);
  }

  void set(String key, int value) {
    set(key, NODES.numberNode(value));
  }

  void set(String key, double value) {
    set(key, NODES.numberNode(value));
  }

  void set(String key, String value) {
    set(key, NODES.textNode(value));
  }
}
