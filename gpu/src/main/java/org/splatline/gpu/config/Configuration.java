package org.splatline.gpu.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.splatline.gpu.backend.GpuConfig;
import org.splatline.gpu.train.CheckpointConfig;
import org.splatline.gpu.train.DensifyConfig;
import org.splatline.gpu.train.ImageConfig;
import org.splatline.gpu.train.OptimizerConfig;
import org.splatline.gpu.train.PruneConfig;
import org.splatline.gpu.train.QualityConfig;
import org.splatline.gpu.train.ScheduleConfig;
import org.splatline.gpu.train.TrainConfig;

/**
 * The effective configuration: every known key with its value. Read once, in {@code main}, by
 * {@link ConfigurationReader}; code below takes the record it needs.
 */
public final class Configuration {
  /**
   * Roots that say where things lie and run and what they cost, not what is done: no part of {@link
   * #hash}.
   */
  private static final Set<String> PLACES =
      Set.of("input", "store", "tables", "gpu", "spark", "cost", "notify");

  /** Places among the keys of other roots, likewise. */
  private static final Map<String, String> PLACE_KEYS = Map.of("quality", "lpips-model");

  /** Keys among places that decide what comes out: part of it all the same. */
  private static final Map<String, String> RESULT_KEYS = Map.of("gpu", "max-memory");

  private final String profile;
  private final ObjectNode tree;

  Configuration(String profile, ObjectNode tree) {
    this.profile = profile;
    this.tree = tree;
  }

  /** Name of the profile in force. */
  public String profile() {
    return profile;
  }

  /**
   * One root as a record whose components carry the keys' names in camel case. Throws {@link
   * ConfigException} when a value has the wrong type or is out of range.
   */
  public <T> T section(String root, Class<T> type) {
    return ConfigMapper.section(tree, root, type);
  }

  /** sha256, hexadecimal, of the canonical JSON without places and credentials. */
  public String hash() {
    ObjectNode hashed = tree.deepCopy();
    hashed.remove(PLACES);
    RESULT_KEYS.forEach((root, key) -> hashed.putObject(root).set(key, tree.get(root).get(key)));
    PLACE_KEYS.forEach((root, key) -> ((ObjectNode) hashed.get(root)).remove(key));
    return CanonicalJson.sha256(hashed);
  }

  /** The whole effective configuration as canonical JSON, for the tables. Holds no credentials. */
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

  /** One root, or one key, as canonical JSON: part of a stage's content key. */
  public JsonNode sectionJson(String root) {
    return tree.at("/" + root.replace('.', '/')).deepCopy();
  }

  /** What decides how one scene is trained; step-valued keys scaled to {@code train.steps}. */
  public TrainConfig trainConfig() {
    return new TrainConfig(
            profile,
            hash(),
            section("image", ImageConfig.class),
            section("train", ScheduleConfig.class),
            section("densify", DensifyConfig.class),
            section("prune", PruneConfig.class),
            section("optimizer", OptimizerConfig.class),
            section("quality", QualityConfig.class),
            section("checkpoint", CheckpointConfig.class),
            section("gpu", GpuConfig.class))
        .scaledToSteps();
  }
}
