package org.splatline.gpu.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/** The step-valued keys of a tree: {@code step}, and all keys that end in {@code -step(s)}. */
public final class StepKeys {
  private static final List<String> ROOTS =
      List.of("train", "densify", "prune", "optimizer", "checkpoint");

  private StepKeys() {}

  /** Multiplies all of them but {@code train.steps} and {@code train.reference-steps}. */
  public static void scale(ObjectNode tree, double factor) {
    for (String root : ROOTS) {
      scaleBelow(tree.get(root), factor);
    }
  }

  private static void scaleBelow(JsonNode node, double factor) {
    if (node instanceof ArrayNode list) {
      list.forEach(entry -> scaleBelow(entry, factor));
    } else if (node instanceof ObjectNode section) {
      List<String> names = new ArrayList<>();
      section.fieldNames().forEachRemaining(names::add);
      for (String name : names) {
        JsonNode value = section.get(name);
        if (isStepValued(name) && value.isInt()) {
          section.put(name, StepScale.scale(value.intValue(), factor));
        } else {
          scaleBelow(value, factor);
        }
      }
    }
  }

  private static boolean isStepValued(String name) {
    return name.equals("step")
        || name.endsWith("-step")
        || (name.endsWith("-steps") && !name.equals("reference-steps"));
  }
}
