package org.splatline.pipeline.input;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.splatline.gpu.config.CanonicalJson;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;

/**
 * How a process of intake ended.
 *
 * @param detail one sentence and what to do; empty when OK
 * @param manifest what the scene consists of; null unless OK
 * @param cost null if the process didn't tell
 */
record IntakeOutcome(Verdict verdict, String detail, Manifest manifest, IntakeCost cost) {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  static IntakeOutcome of(Manifest manifest) {
    return new IntakeOutcome(Verdict.OK, "", manifest, null);
  }

  static IntakeOutcome refused(Verdict verdict, String detail) {
    return new IntakeOutcome(verdict, detail, null, null);
  }

  IntakeOutcome withCost(IntakeCost cost) {
    return new IntakeOutcome(verdict, detail, manifest, cost);
  }

  /** The manifest. Throws what the process found instead. */
  Manifest orThrow() {
    if (verdict != Verdict.OK) {
      throw new SceneException(verdict, detail);
    }
    return manifest;
  }

  String toJson() {
    return CanonicalJson.write(MAPPER.valueToTree(this));
  }

  /** Throws {@link JsonProcessingException} when {@code json} is no outcome. */
  static IntakeOutcome fromJson(String json) throws JsonProcessingException {
    return MAPPER.readValue(json, IntakeOutcome.class);
  }
}
