package org.splatline.gpu.config.earlier;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;

/**
 * Translates earlier names that act together: schedules, switches and formats. It is applied last,
 * because a switch that is off cancels values that other names have set.
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

  /** Formats that {@code export.formats} takes. */
  static final List<String> EXPORT_FORMATS = List.of("compressed.ply", "ply", "spz", "sog", "glb");

  /** Scale of the only phase, if the file has neither batches nor an initial factor. */
  private static final double INITIAL_FACTOR = 0.125;

  /** Length of that phase as a share of all steps, if the file doesn't say where it ends. */
  private static final double SCHEDULE_SHARE = 0.65;

  private final EarlierFile file;
  private final ObjectNode inherited;
  private final TranslatedTree translated;
  private final List<String> messages;

  EarlierRules(
      EarlierFile file, ObjectNode inherited, TranslatedTree translated, List<String> messages) {
    this.file = file;
    this.inherited = inherited;
    this.translated = translated;
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
      translated.set("train.phases", NODES.arrayNode());
    } else if (!file.list(BATCHES).isEmpty()) {
      batches();
    } else if (file.has(RESOLUTION)) {
      oneSchedule();
    }
  }

  /** A last batch that reaches the end of training is no phase: its factor is the final scale. */
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
        translated.set("train.final-scale", factor);
      } else {
        phases.addObject().put("until-step", until).put("scale", factor);
      }
    }
    translated.set("train.phases", phases);
    translated.set("train.interpolation", "steps");
    for (String name : List.of("initial_factor", "schedule_end_iteration", "interpolation")) {
      notUsed(RESOLUTION + "." + name, "resolution_batches wins");
    }
    if (reachesEnd) {
      notUsed(RESOLUTION + ".final_factor", "resolution_batches wins");
    } else {
      file.share(RESOLUTION + ".final_factor")
          .ifPresent(factor -> translated.set("train.final-scale", factor));
    }
    if (batches.stream().anyMatch(batch -> batch.has("purpose"))) {
      messages.add(BATCHES + ".purpose is not used: it is a comment");
    }
  }

  /** The last step of a batch. Throws if the batch does not begin where the one before ends. */
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
          "begins at %d, but the batch before ends at %d. Start each batch where the one before ends, and the first one at 0"
              .formatted(from, before));
    }
    if (to <= from) {
      throw file.invalid(path, iterations, "does not end after it begins");
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
      translated.set("train.phases", phases);
    }
    file.share(RESOLUTION + ".final_factor")
        .ifPresent(factor -> translated.set("train.final-scale", factor));
    file.word(RESOLUTION + ".interpolation", List.of("steps", "linear", "logarithmic"))
        .ifPresent(word -> translated.set("train.interpolation", word));
  }

  private void blur() {
    file.word(BLUR + ".blur_type", List.of("gaussian"));
    if (file.isSwitchedOff(BLUR)) {
      translated.set("train.blur.sigma", 0);
      translated.set("train.blur.final-sigma", 0);
    }
  }

  private void densification() {
    if (file.isSwitchedOff(DENSIFICATION)) {
      translated.set("densify.from-step", 0);
      translated.set("densify.until-step", 0);
    }
    if (file.isSwitchedOff(LATE)) {
      translated.set("densify.late.from-step", 0);
      translated.set("densify.late.until-step", 0);
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
      translated.set("prune.schedule", NODES.arrayNode());
    } else if (file.has(PRUNES)) {
      translated.set("prune.schedule", schedule);
      translated.set("prune.rule", "keep");
    }
  }

  private void bands() {
    file.whole(BANDS + ".max_bands")
        .ifPresent(
            bands -> {
              if (bands < 1 || bands > 4) {
                throw file.invalid(BANDS + ".max_bands", NODES.numberNode(bands), "is not 1 to 4");
              }
              translated.set("train.sh-degree", bands - 1);
            });
    if (file.isSwitchedOff(BANDS)) {
      translated.set("train.sh-every-steps", 1);
    }
  }

  /** There is one mode for both names. Extending wins, because quality comes first. */
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
    translated.set("train.plateau.mode", extendsOn ? "extend" : stops ? "stop" : "off");
    if (extendsOn && stop.orElse(false)) {
      notUsed(stopping, extending + " wins. To stop instead, set train.plateau.mode=stop");
    }
  }

  private void precision() {
    file.flag("hardware.mixed_precision_enabled")
        .ifPresent(mixed -> translated.set("train.precision", mixed ? "mixed" : "float"));
  }

  private void formats() {
    ArrayNode formats = NODES.arrayNode();
    for (JsonNode format : file.list(FORMATS)) {
      if (!format.isTextual()) {
        throw file.invalid(FORMATS, format, "is not the name of a format");
      }
      String name = format.textValue().equals("compressed") ? "compressed.ply" : format.textValue();
      if (EXPORT_FORMATS.contains(name)) {
        formats.add(name);
      } else {
        messages.add(
            "%s: %s is not used: models are written as %s"
                .formatted(FORMATS, format, String.join(", ", EXPORT_FORMATS)));
      }
    }
    if (!formats.isEmpty()) {
      translated.set("export.formats", formats);
    }
  }

  private void notUsed(String path, String why) {
    file.find(path)
        .ifPresent(value -> messages.add("%s = %s is not used: %s".formatted(path, value, why)));
  }
}
