package org.splatline.pipeline.store;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import org.splatline.gpu.config.CanonicalJson;

/**
 * What an artefact is made of and by what: equal content, equal {@link #hash}, so work once done is
 * found again.
 *
 * @param stage as in {@code sfm}
 * @param stageVersion raised when the stage makes something else of the same input
 * @param inputs keys or fingerprints of what it reads
 * @param settings the stage's part of the configuration, by root
 * @param tool the program that does the work, with its version
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

  /** sha256 of the canonical JSON of all five, hexadecimal. */
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
