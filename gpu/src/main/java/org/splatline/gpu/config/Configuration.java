package org.splatline.gpu.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The effective configuration: every key with its value. {@link ConfigurationReader} reads it once,
 * where a command starts; code below takes the record it needs, made by {@link #section}.
 */
public final class Configuration {
  /**
   * Roots that say where things are stored, where they run and what they cost. They change no
   * result, so {@link #hash} leaves them out.
   */
  private static final Set<String> PLACES =
      Set.of("input", "store", "tables", "gpu", "spark", "cost", "notify");

  /** Keys of other roots that {@link #hash} leaves out for the same reason. */
  private static final Map<String, String> PLACE_KEYS = Map.of("quality", "lpips-model");

  /** Keys of those roots that do change the result: {@link #hash} includes them. */
  private static final Map<String, String> RESULT_KEYS = Map.of("gpu", "max-memory");

  private final String profile;
  private final ObjectNode tree;

  Configuration(String profile, ObjectNode tree) {
    this.profile = profile;
    this.tree = tree;
  }

  /** The name of the profile that was used. */
  public String profile() {
    return profile;
  }

  /**
   * One root, or a part of one such as {@code input.video}, as a record. Its components have the
   * keys' names in camel case. Throws {@link ConfigException} if a value has the wrong type or is
   * out of range.
   */
  public <T> T section(String root, Class<T> type) {
    return ConfigMapper.section(tree, root, type);
  }

  /** SHA-256, hexadecimal, of the canonical JSON without places and credentials. */
  public String hash() {
    ObjectNode hashed = tree.deepCopy();
    hashed.remove(PLACES);
    RESULT_KEYS.forEach((root, key) -> hashed.putObject(root).set(key, tree.get(root).get(key)));
    PLACE_KEYS.forEach((root, key) -> ((ObjectNode) hashed.get(root)).remove(key));
    return CanonicalJson.sha256(hashed);
  }

  /** The effective configuration as canonical JSON, for the tables, without credentials. */
  public String canonicalJson() {
    ObjectNode printed = tree.deepCopy();
    JsonNode spark = printed.get("spark");
    if (spark instanceof ObjectNode section) {
      section.remove("conf");
    }
    if (printed.get("notify") instanceof ObjectNode section) {
      section.remove(List.of("webhook", "webhook-secret"));
    }
    return CanonicalJson.write(printed);
  }

  /** One root, or one key, as JSON: a part of a stage's content key. */
  public JsonNode sectionJson(String root) {
    return tree.at("/" + root.replace('.', '/')).deepCopy();
  }
}
