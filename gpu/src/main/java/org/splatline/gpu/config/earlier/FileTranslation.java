package org.splatline.gpu.config.earlier;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.splatline.gpu.config.ConfigException;
import org.splatline.gpu.config.EarlierFormat.Translation;
import org.splatline.gpu.config.StepKeys;

/** Translates one file of earlier names: {@link EarlierNames#translate} says how. */
final class FileTranslation {
  private static final String VANILLA = "vanilla";

  /** Sections that profile {@code vanilla} trains without. */
  private static final List<String> PROGRESSIVE_SECTIONS =
      List.of(
          "progressive_resolution",
          "progressive_blur",
          "gaussian_management.late_densification",
          "gaussian_management.significance_pruning");

  /** Roots that earlier names set. A file must not have both these roots and earlier names. */
  private static final Set<String> ROOTS_SET =
      Set.of("train", "densify", "prune", "optimizer", "quality", "checkpoint", "gpu", "export");

  /** Spherical-harmonics rates above degree 0 are lower by this factor: Kerbl et al. 2023, code. */
  private static final double SH_REST_DIVISOR = 20;

  private final EarlierTable table;
  private final EarlierFile file;
  private final ObjectNode inherited;
  private final TranslatedTree translated = new TranslatedTree();
  private final List<String> messages = new ArrayList<>();

  private FileTranslation(EarlierTable table, EarlierFile file, ObjectNode inherited) {
    this.table = table;
    this.file = file;
    this.inherited = inherited;
  }

  static Translation of(
      ObjectNode content,
      String source,
      EarlierTable table,
      ObjectNode inherited,
      String profile,
      boolean useFileRates) {
    ObjectNode earlier = content.deepCopy();
    ObjectNode others = earlier.objectNode();
    for (Iterator<String> names = content.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (!table.hasRoot(name) && inherited.has(name)) {
        others.set(name, earlier.remove(name));
        refuseMixed(name, content, source, table);
      }
    }
    EarlierFile file = new EarlierFile(source, earlier);
    table.check(file, earlier);
    FileTranslation translation = new FileTranslation(table, file, inherited);
    if (profile.equals(VANILLA)) {
      translation.leaveOutProgressive(earlier);
    }
    translation.scaleInherited();
    translation.takeValues(useFileRates);
    new EarlierRules(file, inherited, translation.translated, translation.messages).apply();
    others.setAll(translation.translated.tree());
    return new Translation(others, List.copyOf(translation.messages));
  }

  private static void refuseMixed(
      String root, ObjectNode content, String source, EarlierTable table) {
    if (!ROOTS_SET.contains(root)) {
      return;
    }
    for (Iterator<String> names = content.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (table.hasRoot(name)) {
        throw new ConfigException(
            "Cannot read configuration %s: it mixes the earlier name %s with the root %s. Use either earlier names or the keys of conf/defaults.yaml: docs/earlier-names.md"
                .formatted(source, name, root));
      }
    }
  }

  private void leaveOutProgressive(ObjectNode earlier) {
    for (String section : PROGRESSIVE_SECTIONS) {
      if (file.has(section)) {
        int dot = section.lastIndexOf('.');
        ObjectNode parent =
            dot < 0 ? earlier : (ObjectNode) earlier.at("/" + section.substring(0, dot));
        parent.remove(section.substring(dot + 1));
        messages.add(section + " is not used: profile " + VANILLA + " trains without it");
      }
    }
  }

  /** Scales the profile's steps to the number of steps that the file trains for. */
  private void scaleInherited() {
    int reference = inherited.at("/train/reference-steps").intValue();
    int length = file.whole("training.max_iterations").orElse(reference);
    if (length > 0 && length != reference && !inherited.at("/train/phases").isEmpty()) {
      StepKeys.scale(inherited, (double) length / reference);
    }
  }

  private void takeValues(boolean useFileRates) {
    for (EarlierTable.Entry entry : table.entries()) {
      file.find(entry.path())
          .ifPresent(
              value -> {
                switch (entry.verb()) {
                  case "whole" -> take(entry, value, file.whole(entry.path(), value));
                  case "number" -> take(entry, value, file.number(entry.path(), value));
                  case "rate" -> takeRate(entry, value, useFileRates);
                  case "unused" -> leaveUnused(entry, value);
                  default -> {} // EarlierRules applies it
                }
              });
    }
  }

  private void take(EarlierTable.Entry entry, JsonNode value, Number number) {
    Set<String> others = new LinkedHashSet<>();
    for (String key : entry.keys()) {
      translated.put(key, entry.path(), number).ifPresent(others::add);
    }
    for (String other : others) {
      messages.add(
          "%s = %s is not used: %s sets the same key".formatted(entry.path(), value, other));
    }
  }

  private void takeRate(EarlierTable.Entry entry, JsonNode value, boolean useFileRates) {
    double rate = file.number(entry.path(), value);
    if (useFileRates) {
      for (String key : entry.keys()) {
        double divided = key.equals("optimizer.sh-rest-rate") ? rate / SH_REST_DIVISOR : rate;
        translated
            .put(key, entry.path(), divided)
            .ifPresent(
                other ->
                    messages.add(
                        "%s = %s is not used: %s sets %s"
                            .formatted(entry.path(), value, other, key)));
      }
      return;
    }
    List<String> used = new ArrayList<>();
    for (String key : entry.keys()) {
      used.add(key + " = " + inherited.at("/" + key.replace('.', '/')));
    }
    messages.add(
        "%s = %s is not used: it matches no trainer that works. Used instead: %s. To use the file's value, set compat.use-file-rates: true"
            .formatted(entry.path(), value, String.join(", ", used)));
  }

  private void leaveUnused(EarlierTable.Entry entry, JsonNode value) {
    if (entry.path().startsWith("experimental.") && file.isSwitchedOn(entry.path())) {
      throw new ConfigException(
          "Cannot switch on %s in %s: %s. Set its enabled to false"
              .formatted(entry.path(), file.source(), entry.text()));
    }
    messages.add(
        "%s%s is not used: %s"
            .formatted(entry.path(), value.isContainerNode() ? "" : " = " + value, entry.text()));
  }
}
