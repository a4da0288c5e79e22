package org.splatline.pipeline.cli;

import static java.util.stream.Collectors.joining;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.splatline.pipeline.report.RunComparison;
import org.splatline.pipeline.report.SceneComparison;
import org.splatline.pipeline.report.SceneComparison.Figures;
import org.splatline.pipeline.report.SceneComparison.Outcome;

/** A comparison as text for people, the worst scenes first. */
final class ComparisonText {
  private static final List<String> HEADINGS =
      List.of(
          "scene", "outcome", "by", "verdict", "quality", "PSNR dB", "SSIM", "MB", "seconds",
          "USD");

  private ComparisonText() {}

  /** The text with all scenes. */
  static String ofAll(RunComparison comparison) {
    return text(comparison, comparison.scenes());
  }

  /** The text without unchanged scenes. */
  static String ofChanges(RunComparison comparison) {
    return text(
        comparison,
        comparison.scenes().stream().filter(scene -> scene.outcome() != Outcome.EQUAL).toList());
  }

  private static String text(RunComparison comparison, List<SceneComparison> shown) {
    StringBuilder text = new StringBuilder();
    if (!shown.isEmpty()) {
      TextTable table = new TextTable(HEADINGS);
      shown.stream()
          .sorted(Comparator.comparing(SceneComparison::outcome).reversed())
          .forEach(scene -> table.add(cells(scene)));
      text.append(table).append('\n');
    }
    only(text, comparison.before(), comparison.onlyBefore());
    only(text, comparison.after(), comparison.onlyAfter());
    return text.append(
            "%s against %s: %d worse, %d better, %d equal"
                .formatted(
                    comparison.after(),
                    comparison.before(),
                    comparison.worse(),
                    comparison.better(),
                    comparison.equal()))
        .toString();
  }

  private static void only(StringBuilder text, String run, List<String> scenes) {
    if (!scenes.isEmpty()) {
      text.append("only in %s: %s%n".formatted(run, String.join(", ", scenes)));
    }
  }

  private static List<String> cells(SceneComparison scene) {
    Figures before = scene.before();
    Figures after = scene.after();
    return List.of(
        scene.sceneId(),
        scene.outcome().name().toLowerCase(Locale.ROOT),
        scene.changes().stream()
            .filter(change -> change.outcome() == scene.outcome())
            .map(change -> change.measure().name().toLowerCase(Locale.ROOT))
            .collect(joining(" ")),
        words(before.verdict(), after.verdict()),
        words(before.qualityWord(), after.qualityWord()),
        pair("%.2f", before.psnr(), after.psnr(), 1),
        pair("%.4f", before.ssim(), after.ssim(), 1),
        pair("%.1f", before.bytes(), after.bytes(), 1e-6),
        pair("%.0f", before.seconds(), after.seconds(), 1),
        pair("%.3f", before.costUsd(), after.costUsd(), 1));
  }

  private static String words(String before, String after) {
    return Objects.equals(before, after)
        ? Objects.requireNonNullElse(after, "")
        : Objects.requireNonNullElse(before, "-") + " > " + Objects.requireNonNullElse(after, "-");
  }

  private static String pair(String format, Number before, Number after, double unit) {
    return before == null && after == null
        ? ""
        : number(format, before, unit) + " > " + number(format, after, unit);
  }

  private static String number(String format, Number value, double unit) {
    return value == null ? "-" : String.format(Locale.ROOT, format, value.doubleValue() * unit);
  }
}
