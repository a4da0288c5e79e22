package org.splatline.gpu.config.earlier;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.splatline.gpu.config.ConfigException;

/** All earlier names and what each does: {@code conf/earlier-names.yaml}. */
final class EarlierTable {
  private static final Set<String> VERBS = Set.of("whole", "number", "rate", "acts", "unused");

  private final ObjectNode tree;
  private final List<Entry> entries = new ArrayList<>();
  private final List<String> known = new ArrayList<>();

  /**
   * One name.
   *
   * @param path dotted, from the root
   * @param verb one of {@link #VERBS}; the file explains them
   * @param keys that the name sets; empty for {@code acts} and {@code unused}
   * @param text what the name does, for {@code acts} and {@code unused}; else empty
   */
  record Entry(String path, String verb, List<String> keys, String text) {}

  EarlierTable(ObjectNode tree) {
    this.tree = tree;
    collect(tree, "");
  }

  /** All names in the order of the file. A section that has no effect is one name. */
  List<Entry> entries() {
    return List.copyOf(entries);
  }

  boolean hasRoot(String name) {
    return tree.has(name);
  }

  /** Throws {@link ConfigException} if a name is unknown, or a section and a value are mixed up. */
  void check(EarlierFile file, ObjectNode content) {
    check(file, content, tree, "");
  }

  private void check(EarlierFile file, ObjectNode content, JsonNode names, String prefix) {
    for (Iterator<Map.Entry<String, JsonNode>> fields = content.fields(); fields.hasNext(); ) {
      Map.Entry<String, JsonNode> field = fields.next();
      String path = prefix + field.getKey();
      JsonNode name = names.get(field.getKey());
      if (name == null) {
        throw file.unknown(path, known);
      }
      if (name.has("items")) {
        for (JsonNode item : file.list(path)) {
          checkNames(file, file.section(path, item), name.get("items"), path);
        }
      } else if (name.has("keys")) {
        checkNames(file, file.section(path, field.getValue()), name.get("keys"), path);
      } else if (!isEntry(name)) {
        check(file, file.section(path, field.getValue()), name, path + ".");
      } else if (field.getValue().isObject() || field.getValue().isNull()) {
        throw file.invalid(path, field.getValue(), "is not a value");
      }
    }
  }

  private void checkNames(EarlierFile file, ObjectNode section, JsonNode names, String prefix) {
    for (Iterator<Map.Entry<String, JsonNode>> fields = section.fields(); fields.hasNext(); ) {
      Map.Entry<String, JsonNode> field = fields.next();
      String path = prefix + "." + field.getKey();
      if (!texts(names).contains(field.getKey())) {
        throw file.unknown(path, known);
      }
      if (field.getValue().isObject() || field.getValue().isNull()) {
        throw file.invalid(path, field.getValue(), "is not a value");
      }
    }
  }

  private void collect(ObjectNode names, String prefix) {
    for (Iterator<Map.Entry<String, JsonNode>> fields = names.fields(); fields.hasNext(); ) {
      Map.Entry<String, JsonNode> field = fields.next();
      String path = prefix + field.getKey();
      known.add(path);
      if (!isEntry(field.getValue())) {
        collect((ObjectNode) field.getValue(), path + ".");
        continue;
      }
      for (String below : List.of("keys", "items")) {
        texts(field.getValue().path(below)).forEach(name -> known.add(path + "." + name));
      }
      entries.add(entry(path, field.getValue()));
    }
  }

  private static Entry entry(String path, JsonNode value) {
    for (String verb : List.of("whole", "number", "rate")) {
      if (value.has(verb)) {
        JsonNode keys = value.get(verb);
        return new Entry(path, verb, keys.isArray() ? texts(keys) : List.of(keys.asText()), "");
      }
    }
    String verb = value.has("acts") ? "acts" : "unused";
    return new Entry(path, verb, List.of(), value.get(verb).asText());
  }

  private static boolean isEntry(JsonNode value) {
    return VERBS.stream().anyMatch(value::has);
  }

  private static List<String> texts(JsonNode list) {
    List<String> texts = new ArrayList<>();
    list.forEach(text -> texts.add(text.asText()));
    return texts;
  }
}
