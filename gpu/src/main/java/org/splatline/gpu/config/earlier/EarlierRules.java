package org.splatline.gpu.config.earlier;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import org.splatline.gpu.format.ExportConfig;

/**
 * What earlier names do together: schedules, switches and formats. Applied after the names that
 * merely have another name here, whose values a switch that is off takes back.
 */
final class EarlierRules {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final String RESOLUTION = "progressive_resolution";
  private static final String BATCHES = RESOLUTION + ".resolution_batches";
  private static final String BLUR = "progressive_blur";
  private static final String DENSIFICATION = "gaussian_management.densification";
  private static final String LATE = "gaussian_management.late_densification";
  private static final String PRUNING = "gaussian_management.significance_pruning";
  private static final String PRUNES = PRUNING + ".pruning_schedule";
  private static final String BANDS = "optimization.sh_progressive";
  private static final String FORMATS = "output.export_formats";

  /**
   * Of the one phase without batches, where the file doesn't say: scale, and share of all steps.
   */
  private static final double INITIAL_FACTOR = 0.125;

  private static final double SCHEDULE_SHARE = 0.65;

  private final EarlierFile file;
  private final ObjectNode inherited;
  private final OurTree ours;
  private final List<String> messages;

  EarlierRules(EarlierFile file, ObjectNode inherited, OurTree ours, List<String> messages) {
    this.file = file;
    this.inherited = inherited;
    this.ours = ours;
    this.messages = messages;
  }

  void apply() {
    resolution();
    blur();
    densification();
    pruning();
    bands();
    plateau();
    precision();
    formats();
  }

  private int length() {
    return file.whole("training.max_iterations")
        .orElse(inherited.at("/train/reference-steps").intValue());
  }

  private void resolution() {
    if (file.isSwitchedOff(RESOLUTION)) {
      ours.set("train.phases", NODES.arrayNode());
    } else if (!file.list(BATCHES).isEmpty()) {
      batches();
    } else if (file.has(RESOLUTION)) {
      oneSchedule();
    }
  }

  /** The last one is no phase where it reaches the end: its factor is the final one. */
  private void batches() {
    List<JsonNode> batches = file.list(BATCHES);
    ArrayNode phases = NODES.arrayNode();
    int until = 0;
    boolean reachesEnd = false;
    for (int i = 0; i < batches.size(); i++) {
      JsonNode batch = batches.get(i);
      double factor = file.share(BATCHES + ".factor", file.part(BATCHES, batch, "factor"));
      until = endOf(file.part(BATCHES, batch, "iterations"), until);
      reachesEnd = i == batches.size() - 1 && until >= length();
      if (reachesEnd) {
        ours.set("train.final-scale", factor);
      } else {
        phases.addObject().put("until-step", until).put("scale", factor);
      }
    }
    ours.set("train.phases", phases);
    ours.set("train.interpolation", "steps");
    for (String name : List.of("initial_factor", "schedule_end_iteration", "interpolation")) {
      notUsed(RESOLUTION + "." + name, "resolution_batches win");
    }
    if (reachesEnd) {
      notUsed(RESOLUTION + ".final_factor", "resolution_batches win");
    } else {
      file.share(RESOLUTION + ".final_factor")
          .ifPresent(factor -> ours.set("train.final-scale", factor));
    }
    if (batches.stream().anyMatch(batch -> batch.has("purpose"))) {
      messages.add(BATCHES + ".purpose is not used: a remark");
    }
  }

  /** The end of a batch that must begin where the one before ends. */
  private int endOf(JsonNode iterations, int before) {
    String path = BATCHES + ".iterations";
    if (!iterations.isArray() || iterations.size() != 2) {
      throw file.invalid(path, iterations, "is not [from, to]");
    }
    int from = file.whole(path, iterations.get(0));
    int to = file.whole(path, iterations.get(1));
    if (from != before) {
      throw file.invalid(
          path,
          iterations,
          "begins at %d, but the one before ends at %d. Let each begin where the one before ends, the first at 0"
              .formatted(from, before));
    }
    if (to <= from) {
      throw file.invalid(path, iterations, "ends before it begins");
    }
    return to;
  }

  private void oneSchedule() {
    Optional<Double> initial = file.share(RESOLUTION + ".initial_factor");
    Optional<Integer> end = file.whole(RESOLUTION + ".schedule_end_iteration");
    if (initial.isPresent() || end.isPresent()) {
      ArrayNode phases = NODES.arrayNode();
      phases
          .addObject()
          .put("until-step", end.orElse((int) Math.round(SCHEDULE_SHARE * length())))
          .put("scale", initial.orElse(INITIAL_FACTOR));
      ours.set("train.phases", phases);
    }
    file.share(RESOLUTION + ".final_factor")
        .ifPresent(factor -> ours.set("train.final-scale", factor));
    file.word(RESOLUTION + ".interpolation", List.of("steps", "linear", "logarithmic"))
        .ifPresent(word -> ours.set("train.interpolation", word));
  }

  private void blur() {
    file.word(BLUR + ".blur_type", List.of("gaussian"));
    if (file.isSwitchedOff(BLUR)) {
      ours.set("train.blur.sigma", 0);
      ours.set("train.blur.final-sigma", 0);
    }
  }

  private void densification() {
    if (file.isSwitchedOff(DENSIFICATION)) {
      ours.set("densify.from-step", 0);
      ours.set("densify.until-step", 0);
    }
    if (file.isSwitchedOff(LATE)) {
      ours.set("densify.late.from-step", 0);
      ours.set("densify.late.until-step", 0);
    }
  }

  private void pruning() {
    ArrayNode schedule = NODES.arrayNode();
    for (JsonNode prune : file.list(PRUNES)) {
      schedule
          .addObject()
          .put("step", file.whole(PRUNES + ".iteration", file.part(PRUNES, prune, "iteration")))
          .put(
              "keep",
              file.share(PRUNES + ".retention_ratio", file.part(PRUNES, prune, "retention_ratio")));
      if (prune.has("criteria")) {
        file.word(PRUNES + ".criteria", prune.get("criteria"), List.of("significance_score"));
      }
    }
    if (file.isSwitchedOff(PRUNING)) {
      ours.set("prune.schedule", NODES.arrayNode());
    } else if (file.has(PRUNES)) {
      ours.set("prune.schedule", schedule);
      ours.set("prune.rule", "keep");
    }
  }

  private void bands() {
    file.whole(BANDS + ".max_bands")
        .ifPresent(
            bands -> {
              if (bands < 1 || bands > 4) {
                throw file.invalid(BANDS + ".max_bands", NODES.numberNode(bands), "is not 1 to 4");
              }
              ours.set("train.sh-degree", bands - 1);
            });
    if (file.isSwitchedOff(BANDS)) {
      ours.set("train.sh-every-steps", 1);
    }
  }

  /** Extending wins over stopping: the mode is one, and quality comes first. */
  private void plateau() {
    String stopping = "training.psnr_plateau_termination";
    String extending = "training.auto_extension_enabled";
    Optional<Boolean> stop = file.flag(stopping);
    Optional<Boolean> extend = file.flag(extending);
    if (stop.isEmpty() && extend.isEmpty()) {
      return;
    }
    String mode = inherited.at("/train/plateau/mode").textValue();
    boolean stops = stop.orElse(mode.equals("stop"));
    boolean extendsOn = extend.orElse(mode.equals("extend"));
    ours.set("train.plateau.mode", extendsOn ? "extend" : stops ? "stop" : "off");
    if (extendsOn && stop.orElse(false)) {
      notUsed(stopping, extending + " wins; --set train.plateau.mode=stop is the other way");
    }
  }

  private void precision() {
    file.flag("hardware.mixed_precision_enabled")
        .ifPresent(mixed -> ours.set("train.precision", mixed ? "mixed" : "float"));
  }

  private void formats() {
    ArrayNode formats = NODES.arrayNode();
    for (JsonNode format : file.list(FORMATS)) {
      if (!format.isTextual()) {
        throw file.invalid(FORMATS, format, "is not the name of a format");
      }
      String name = format.textValue().equals("compressed") ? "compressed.ply" : format.textValue();
      if (ExportConfig.FORMATS.contains(name)) {
        formats.add(name);
      } else {
        messages.add(
            "%s: %s is not used: %s can't be written; what can: %s"
                .formatted(FORMATS, format, name, String.join(", ", ExportConfig.FORMATS)));
      }
    }
    if (!formats.isEmpty()) {
      ours.set("export.formats", formats);
    }
  }

  private void notUsed(String path, String why) {
    file.find(path)
        .ifPresent(value -> messages.add("%s = %s is not used: %s".formatted(path, value, why)));
  }
}
