package org.splatline.gpu.config.earlier;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.splatline.gpu.config.ConfigException;

/**
 * The environment variables of the users' earlier trainer. A variable that is blank or not set has
 * no effect. {@code SPLATLINE_} variables override these.
 */
final class EarlierVariables {
  private static final String MODE = "TRAINING_MODE";
  private static final String INITIAL_FACTOR = "INITIAL_RESOLUTION_FACTOR";
  private static final String FINAL_FACTOR = "FINAL_RESOLUTION_FACTOR";
  private static final String PATIENCE = "PSNR_PLATEAU_PATIENCE";
  private static final String TARGET = "TARGET_PSNR";

  /** The profile of the recipe that the earlier trainer called progressive. */
  static final String RECIPE = "published";

  private final Map<String, String> environment;

  EarlierVariables(Map<String, String> environment) {
    this.environment = environment;
  }

  private Optional<String> find(String name) {
    return Optional.ofNullable(environment.get(name)).map(String::strip).filter(v -> !v.isEmpty());
  }

  /** The profile that they name; empty if they name none. */
  Optional<String> profile() {
    return find(MODE)
        .map(
            mode -> {
              if (!List.of("progressive", "vanilla").contains(mode)) {
                throw invalid(MODE, mode, "progressive or vanilla");
              }
              return mode.equals("progressive") ? RECIPE : mode;
            });
  }

  /** Sets the keys that the other variables set. Returns a message for each without effect. */
  List<String> applyTo(ObjectNode tree) {
    ObjectNode train = (ObjectNode) tree.get("train");
    find(FINAL_FACTOR).ifPresent(value -> train.put("final-scale", share(FINAL_FACTOR, value)));
    find(PATIENCE)
        .ifPresent(
            value -> ((ObjectNode) train.get("plateau")).put("patience-steps", steps(value)));
    find(TARGET)
        .ifPresent(
            value -> {
              ((ObjectNode) tree.get("quality")).put("target-psnr", psnr(value));
              ((ObjectNode) train.get("plateau")).put("extend-to-psnr", psnr(value));
            });
    Optional<String> initial = find(INITIAL_FACTOR);
    if (initial.isEmpty()) {
      return List.of();
    }
    double scale = share(INITIAL_FACTOR, initial.get());
    JsonNode phases = train.get("phases");
    if (phases.path(0) instanceof ObjectNode first) {
      first.put("scale", scale);
      return List.of();
    }
    return List.of(
        "%s = %s is not used: there are no train.phases. Set TRAINING_MODE=progressive to have phases"
            .formatted(INITIAL_FACTOR, initial.get()));
  }

  private static double share(String name, String value) {
    double share = number(name, value, "a number in (0, 1]");
    if (!(share > 0 && share <= 1)) {
      throw invalid(name, value, "a number in (0, 1]");
    }
    return share;
  }

  private static double psnr(String value) {
    double psnr = number(TARGET, value, "a number of dB above 0");
    if (!(psnr > 0 && Double.isFinite(psnr))) {
      throw invalid(TARGET, value, "a number of dB above 0");
    }
    return psnr;
  }

  private static int steps(String value) {
    try {
      int steps = Integer.parseInt(value);
      if (steps > 0) {
        return steps;
      }
      throw invalid(PATIENCE, value, "a number of steps above 0");
    } catch (NumberFormatException e) {
      throw new ConfigException(
          "Invalid %s: %s is not a number of steps above 0".formatted(PATIENCE, value), e);
    }
  }

  private static double number(String name, String value, String wanted) {
    try {
      return Double.parseDouble(value);
    } catch (NumberFormatException e) {
      throw new ConfigException("Invalid %s: %s is not %s".formatted(name, value, wanted), e);
    }
  }

  private static ConfigException invalid(String name, String value, String wanted) {
    return new ConfigException("Invalid %s: %s is not %s".formatted(name, value, wanted));
  }
}
