package org.splatline.gpu.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

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

  /** Keys that may hold secrets. No table and no log contains their values. */
  private static final List<String> SECRET_KEYS =
      List.of("notify.webhook", "notify.webhook-secret");

  private static final String SPARK_CONF = "spark.conf";

  /** Names of Spark's and Hadoop's settings that hold secrets: spark.redaction.regex. */
  private static final Pattern SECRET_NAME =
      Pattern.compile("(?i)secret|password|token|access[.]?key");

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
    remove(printed, SPARK_CONF);
    SECRET_KEYS.forEach(key -> remove(printed, key));
    return CanonicalJson.write(printed);
  }

  private static void remove(ObjectNode tree, String key) {
    int dot = key.indexOf('.');
    if (tree.get(key.substring(0, dot)) instanceof ObjectNode section) {
      section.remove(key.substring(dot + 1));
    }
  }

  /** Whether a key may hold a secret, which must not be on a command line. */
  public static boolean isSecret(String key) {
    return SECRET_KEYS.contains(key)
        || (key.startsWith(SPARK_CONF + ".") && SECRET_NAME.matcher(key).find());
  }

  /** One root, or one key, as JSON: a part of a stage's content key. */
  public JsonNode sectionJson(String root) {
    return tree.at("/" + root.replace('.', '/')).deepCopy();
  }
}
