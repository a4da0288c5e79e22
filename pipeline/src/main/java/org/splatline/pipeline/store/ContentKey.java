package org.splatline.pipeline.store;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import org.splatline.gpu.config.CanonicalJson;

/**
 * Everything that an artifact depends on. Keys of equal content have an equal {@link #hash}, so
 * finished work is found again.
 *
 * @param stage such as {@code sfm}
 * @param stageVersion raised when the stage's result for the same input changes
 * @param inputs keys or fingerprints of the stage's input
 * @param settings the keys of the configuration that belong to the result: {@link
 *     org.splatline.gpu.config.StageSettings}
 * @param tool an outside program that does the work, with its version; empty: none
 */
public record ContentKey(
    String stage,
    int stageVersion,
    List<String> inputs,
    Map<String, JsonNode> settings,
    String tool)
    implements Serializable {
  public ContentKey {
    inputs = List.copyOf(inputs);
    settings = Map.copyOf(settings);
  }

  /** The sha256 of the canonical JSON of all five components, hexadecimal. */
  public String hash() {
    return CanonicalJson.sha256(
        Map.of(
            "stage", stage,
            "stage_version", stageVersion,
            "input_keys", inputs,
            "configuration", settings,
            "tool_version", tool));
  }
}
