package org.splatline.gpu.config.earlier;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The keys that a translated file sets. It remembers which earlier name set each of them. */
final class TranslatedTree {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final ObjectNode tree = NODES.objectNode();
  private final Map<String, String> namesByKey = new HashMap<>();

  ObjectNode tree() {
    return tree;
  }

  /**
   * Sets a key that no other name has set. If another name has set it to a different value, the key
   * keeps that value, and this method returns the other name.
   */
  Optional<String> put(String key, String name, Number value) {
    JsonNode node =
        value instanceof Integer whole
            ? NODES.numberNode(whole)
            : NODES.numberNode(value.doubleValue());
    JsonNode old = tree.at("/" + key.replace('.', '/'));
    if (old.isMissingNode()) {
      set(key, node);
      namesByKey.put(key, name);
      return Optional.empty();
    }
    return old.equals(node) ? Optional.empty() : Optional.ofNullable(namesByKey.get(key));
  }

  /** Sets a key and replaces its value. */
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
