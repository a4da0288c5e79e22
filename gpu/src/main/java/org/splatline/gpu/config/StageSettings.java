package org.splatline.gpu.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which configuration keys belong to the result of which stage. They are in the stage's content
 * key, so a change of one makes the result anew, and with it the results of all later stages. No
 * other key does: it says where, when or how fast something is done. A new key below one of these
 * roots counts unless it is named here. docs/keys.md is printed from this.
 */
public final class StageSettings {
  /** The check of photographs. */
  public static final StageSettings INGEST =
      new StageSettings(
          List.of("input.photographs", "input.video", "limits"),
          List.of("input.video.timeout", "input.video.memory", "limits.ingest-time"));

  /** Structure from motion by COLMAP, whose version counts instead of its place. */
  public static final StageSettings SFM =
      new StageSettings(
          List.of("sfm"),
          List.of("sfm.colmap", "sfm.threads", "sfm.timeout", "sfm.stall", "sfm.free-disk"));

  /** Training. Checkpoints do not count: a resumed training gives the same model. */
  public static final StageSettings TRAIN =
      new StageSettings(
          List.of("image", "train", "densify", "prune", "optimizer", "gpu.max-memory"),
          List.of("train.threads", "train.progress-every"));

  /** Evaluation and export. What LPIPS' file contains counts, not its path. */
  public static final StageSettings EVALUATE =
      new StageSettings(List.of("quality", "export"), List.of("quality.lpips-model"));

  private final List<String> counted;
  private final List<String> left;

  private StageSettings(List<String> counted, List<String> left) {
    this.counted = counted;
    this.left = left;
  }

  /** These keys of a configuration: each root or key with its value. */
  public Map<String, JsonNode> of(Configuration configuration) {
    Map<String, JsonNode> settings = new TreeMap<>();
    for (String name : counted) {
      settings.put(name, configuration.sectionJson(name));
    }
    for (String key : left) {
      int dot = key.lastIndexOf('.');
      ((ObjectNode) settings.get(key.substring(0, dot))).remove(key.substring(dot + 1));
    }
    return settings;
  }
}
