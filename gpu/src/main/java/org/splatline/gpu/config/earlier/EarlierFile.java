package org.splatline.gpu.config.earlier;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.splatline.gpu.config.ConfigException;
import org.splatline.gpu.config.EditDistance;

/** One file of earlier names. Values are found by dotted path and checked for their type. */
final class EarlierFile {
  private final String source;
  private final ObjectNode content;

  EarlierFile(String source, ObjectNode content) {
    this.source = source;
    this.content = content;
  }

  /** The value at a path; empty if it is not given or null. */
  Optional<JsonNode> find(String path) {
    JsonNode node = content.at("/" + path.replace('.', '/'));
    return node.isMissingNode() || node.isNull() ? Optional.empty() : Optional.of(node);
  }

  boolean has(String path) {
    return find(path).isPresent();
  }

  /** A switch; empty if it is not given. */
  Optional<Boolean> flag(String path) {
    return find(path)
        .map(
            node -> {
              if (!node.isBoolean()) {
                throw invalid(path, node, "is not true or false");
              }
              return node.booleanValue();
            });
  }

  /** Whether a section is in the file and not switched off. */
  boolean isSwitchedOn(String section) {
    return has(section) && flag(section + ".enabled").orElse(true);
  }

  /** Whether a section is in the file and switched off. */
  boolean isSwitchedOff(String section) {
    return has(section) && !flag(section + ".enabled").orElse(true);
  }

  /** A whole number, at least 0; empty if it is not given. */
  Optional<Integer> whole(String path) {
    return find(path).map(node -> whole(path, node));
  }

  /** {@code node}, found at or below {@code path}, as a whole number, at least 0. */
  int whole(String path, JsonNode node) {
    if (!node.isNumber() || !node.canConvertToExactIntegral() || !node.canConvertToInt()) {
      throw invalid(path, node, "is not a whole number");
    }
    if (node.intValue() < 0) {
      throw invalid(path, node, "is negative");
    }
    return node.intValue();
  }

  /** A number, at least 0; empty if it is not given. */
  Optional<Double> number(String path) {
    return find(path).map(node -> number(path, node));
  }

  /** {@code node}, found at or below {@code path}, as a number, at least 0. */
  double number(String path, JsonNode node) {
    if (!node.isNumber() || !Double.isFinite(node.doubleValue())) {
      throw invalid(path, node, "is not a number");
    }
    if (node.doubleValue() < 0) {
      throw invalid(path, node, "is negative");
    }
    return node.doubleValue();
  }

  /** A share, in (0, 1]; empty if it is not given. */
  Optional<Double> share(String path) {
    return find(path).map(node -> share(path, node));
  }

  /** {@code node}, found at or below {@code path}, as a share in (0, 1]. */
  double share(String path, JsonNode node) {
    double share = number(path, node);
    if (share == 0 || share > 1) {
      throw invalid(path, node, "is not in (0, 1]");
    }
    return share;
  }

  /** One of {@code words}, in any case; empty if it is not given. */
  Optional<String> word(String path, List<String> words) {
    return find(path).map(node -> word(path, node, words));
  }

  /** {@code node}, found at or below {@code path}, as one of {@code words}, in any case. */
  String word(String path, JsonNode node, List<String> words) {
    for (String word : words) {
      if (node.isTextual() && node.textValue().equalsIgnoreCase(word)) {
        return word;
      }
    }
    throw invalid(path, node, "is not known. Use " + String.join(" or ", words));
  }

  /** The entries of a list; none if it is not given. */
  List<JsonNode> list(String path) {
    List<JsonNode> entries = new ArrayList<>();
    find(path)
        .ifPresent(
            node -> {
              if (!node.isArray()) {
                throw invalid(path, node, "is not a list");
              }
              node.forEach(entries::add);
            });
    return entries;
  }

  /** The value of {@code name} in an entry of the list at {@code path}. Throws if it has none. */
  JsonNode part(String path, JsonNode entry, String name) {
    if (!entry.has(name)) {
      throw invalid(path, entry, "has no " + name);
    }
    return entry.get(name);
  }

  /** {@code node} as a section of names. */
  ObjectNode section(String path, JsonNode node) {
    if (node instanceof ObjectNode section) {
      return section;
    }
    throw invalid(path, node, "is a value, but a section of names is expected");
  }

  /** The exception for a value that can't be used. */
  ConfigException invalid(String path, JsonNode value, String why) {
    return new ConfigException("Invalid %s in %s: %s %s".formatted(path, source, value, why));
  }

  /** The exception for an unknown name. Its message gives the nearest known name. */
  ConfigException unknown(String path, List<String> known) {
    return new ConfigException(
        "Unknown key %s in %s. Nearest: %s. All earlier names: docs/earlier-names.md"
            .formatted(path, source, EditDistance.nearest(path, known)));
  }

  /** The file's name, for messages. */
  String source() {
    return source;
  }
}
