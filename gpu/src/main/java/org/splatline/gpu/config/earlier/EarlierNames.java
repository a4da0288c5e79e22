package org.splatline.gpu.config.earlier;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.splatline.gpu.config.ConfigException;
import org.splatline.gpu.config.StepKeys;

/**
 * Reads a file of the users' earlier names, {@code progressive_resolution: …}, as one of ours. Its
 * steps act as written for its own {@code max_iterations}; what it leaves out is the profile's,
 * scaled to that length. Every name either acts or is reported with the reason why it doesn't.
 */
public final class EarlierNames {
  private static final String VANILLA = "vanilla";

  /** What {@code vanilla}, full-size pictures from the first step and no prunes, goes without. */
  private static final List<String> PROGRESSIVE_SECTIONS =
      List.of(
          "progressive_resolution",
          "progressive_blur",
          "gaussian_management.late_densification",
          "gaussian_management.significance_pruning");

  /** Roots of ours that earlier names set: a file has the ones or the others. */
  private static final Set<String> ROOTS_SET =
      Set.of("train", "densify", "prune", "optimizer", "quality", "checkpoint", "gpu", "export");

  /** spherical-harmonics rates above degree 0 are this much lower; Kerbl et al. 2023, code. */
  private static final double SH_REST_DIVISOR = 20;

  private final EarlierTable table;
  private final EarlierFile file;
  private final ObjectNode inherited;
  private final OurTree ours = new OurTree();
  private final List<String> messages = new ArrayList<>();

  /**
   * A file in our names.
   *
   * @param tree its keys in ours
   * @param messages one for each name that doesn't act
   */
  public record Translation(ObjectNode tree, List<String> messages) {}

  private EarlierNames(EarlierTable table, EarlierFile file, ObjectNode inherited) {
    this.table = table;
    this.file = file;
    this.inherited = inherited;
  }

  /** Whether a file has any root of the earlier names. */
  public static boolean areIn(ObjectNode content, EarlierTable table) {
    for (Iterator<String> names = content.fieldNames(); names.hasNext(); ) {
      if (table.hasRoot(names.next())) {
        return true;
      }
    }
    return false;
  }

  /**
   * Translates a file. Throws {@link ConfigException} at a name that isn't known, a value that
   * can't be used, an experimental part switched on, or our own names for the same things.
   *
   * @param content of the file; roots of ours that earlier names don't set go through as they are
   * @param inherited defaults and profile; its step-valued keys are scaled to the file's length
   *     where the profile has phases
   * @param useFileRates {@code compat.use-file-rates}
   */
  public static Translation translate(
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
    EarlierNames names = new EarlierNames(table, file, inherited);
    if (profile.equals(VANILLA)) {
      names.leaveOutProgressive(earlier);
    }
    names.scaleInherited();
    names.takeValues(useFileRates);
    new EarlierRules(file, inherited, names.ours, names.messages).apply();
    others.setAll(names.ours.tree());
    return new Translation(others, List.copyOf(names.messages));
  }

  private static void refuseMixed(
      String ours, ObjectNode content, String source, EarlierTable table) {
    if (!ROOTS_SET.contains(ours)) {
      return;
    }
    for (Iterator<String> names = content.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (table.hasRoot(name)) {
        throw new ConfigException(
            "Cannot read configuration %s: it mixes the earlier names of %s with %s. Write it in one of them: docs/earlier-names.md"
                .formatted(source, name, ours));
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

  /** What the profile says for its length it says for the file's. */
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
                  default -> {} // EarlierRules
                }
              });
    }
  }

  private void take(EarlierTable.Entry entry, JsonNode value, Number number) {
    for (String key : entry.keys()) {
      String before = ours.put(key, entry.path(), number);
      if (before != null) {
        messages.add("%s = %s is not used: %s stands".formatted(entry.path(), value, before));
      }
    }
  }

  private void takeRate(EarlierTable.Entry entry, JsonNode value, boolean useFileRates) {
    double rate = file.number(entry.path(), value);
    if (useFileRates) {
      for (String key : entry.keys()) {
        double divided = key.equals("optimizer.sh-rest-rate") ? rate / SH_REST_DIVISOR : rate;
        String before = ours.put(key, entry.path(), divided);
        if (before != null) {
          messages.add(
              "%s = %s is not used: %s stands for %s".formatted(entry.path(), value, before, key));
        }
      }
      return;
    }
    List<String> beside = new ArrayList<>();
    for (String key : entry.keys()) {
      beside.add(key + " = " + inherited.at("/" + key.replace('.', '/')));
    }
    messages.add(
        "%s = %s is not used: it matches no trainer that works; %s. compat.use-file-rates: true takes it"
            .formatted(entry.path(), value, String.join(", ", beside)));
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
