package org.splatline.gpu.cli;

import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.splatline.gpu.Bytes;
import org.splatline.gpu.metric.SceneMetrics;

/**
 * An ablation as a section of Markdown under its scene's name.
 *
 * @param command the command line
 * @param leftOut names of parts that change nothing in the profile
 */
record AblationTable(
    String scene,
    String profile,
    int steps,
    List<Long> seeds,
    LocalDate date,
    String command,
    List<String> leftOut,
    List<Ablation.Result> results) {
  private static final String NONE = "–";

  private static final String TITLE =
      """
      # Ablation

      What each part of training contributes. Each row is a training with one part switched; `all` is the complete profile.
      `bin/splatline ablate --scene DIR --table docs/ablation.md` writes one section per scene. PSNR and SSIM are of held-out views;
      `quality` is `good`, `fair` or `poor` (docs/verdicts.md).
      Training is the time of the training loop alone. Device memory is the most that was in use at once.
      """;

  private static final String HEAD =
      """
      | training | sets | PSNR, dB | quality | − all | SSIM | training, s | − all | Gaussians | model.ply, bytes | device memory | render FPS | stopped by |
      |---|---|---|---|---|---|---|---|---|---|---|---|---|
      """;

  AblationTable {
    seeds = List.copyOf(seeds);
    leftOut = List.copyOf(leftOut);
    results = List.copyOf(results);
  }

  /** {@code document} with this scene's section replaced, or added at the end. */
  String in(String document) {
    String whole = document.isBlank() ? TITLE : document;
    String heading = "## " + scene;
    List<String> lines = whole.lines().toList();
    int from = lines.indexOf(heading);
    int start = from < 0 ? lines.size() : from;
    int end = from < 0 ? start : start + 1;
    while (end < lines.size() && !lines.get(end).startsWith("## ")) {
      end++;
    }
    return Stream.of(
            text(lines.subList(0, start)), section(), text(lines.subList(end, lines.size())))
        .filter(part -> !part.isBlank())
        .map(String::strip)
        .collect(Collectors.joining("\n\n", "", "\n"));
  }

  private static String text(List<String> lines) {
    return String.join("\n", lines);
  }

  /** The section alone. */
  String section() {
    StringBuilder text = new StringBuilder();
    text.append("## %s\n\n".formatted(scene));
    text.append(
        String.format(
            Locale.ROOT,
            "%s; profile %s, %,d steps; %s; %s.%n%n    %s%n%n",
            devices(),
            profile,
            steps,
            seedsText(),
            date,
            command));
    text.append(HEAD);
    results.forEach(result -> text.append(line(result)));
    if (!leftOut.isEmpty()) {
      text.append(
          "\nLeft out, because they change nothing in this profile: %s.\n"
              .formatted(String.join(", ", leftOut)));
    }
    return text.toString();
  }

  private String devices() {
    String devices =
        results.stream()
            .flatMap(result -> result.runs().stream())
            .map(SceneMetrics::device)
            .distinct()
            .collect(Collectors.joining(" and "));
    return devices.isEmpty() ? "No training ended" : devices;
  }

  private String seedsText() {
    String list = seeds.stream().map(String::valueOf).collect(Collectors.joining(", "));
    return seeds.size() == 1
        ? "seed " + list
        : "means over seeds %s, ± half the range".formatted(list);
  }

  private String line(Ablation.Result result) {
    AblationRow row = result.row();
    String settings = row.settingsText();
    List<String> cells =
        result.failure() == null
            ? figures(result)
            : List.of(NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE, why(result));
    return "| %s | %s | %s |\n"
        .formatted(
            row.words(),
            settings.isEmpty() ? "" : "`%s`".formatted(settings),
            String.join(" | ", cells));
  }

  private static String why(Ablation.Result result) {
    return "failed: " + result.failure().replaceAll("\\s+", " ").replace("|", "\\|");
  }

  private List<String> figures(Ablation.Result result) {
    List<SceneMetrics> runs = result.runs();
    return List.of(
        figure("%.2f", runs, SceneMetrics::psnr),
        quality(runs),
        difference("%+.2f", result, SceneMetrics::psnr),
        figure("%.4f", runs, SceneMetrics::ssim),
        figure("%.1f", runs, SceneMetrics::trainSeconds),
        difference("%+.1f", result, SceneMetrics::trainSeconds),
        mean("%,.0f", runs, SceneMetrics::gaussians),
        mean("%,.0f", runs, metrics -> metrics.files().get("model.ply")),
        memory(runs),
        mean("%.0f", runs, SceneMetrics::renderFps),
        stoppedBy(runs));
  }

  /** The mean, and half the range if there are several seeds. */
  private static String figure(
      String format, List<SceneMetrics> runs, ToDoubleFunction<SceneMetrics> figure) {
    String mean = mean(format, runs, figure);
    if (runs.size() == 1) {
      return mean;
    }
    double least = runs.stream().mapToDouble(figure).min().orElseThrow();
    double largest = runs.stream().mapToDouble(figure).max().orElseThrow();
    return mean + " ± " + String.format(Locale.ROOT, format, (largest - least) / 2);
  }

  private static String mean(
      String format, List<SceneMetrics> runs, ToDoubleFunction<SceneMetrics> figure) {
    return String.format(Locale.ROOT, format, mean(runs, figure));
  }

  private static double mean(List<SceneMetrics> runs, ToDoubleFunction<SceneMetrics> figure) {
    return runs.stream().mapToDouble(figure).average().orElseThrow();
  }

  private String difference(
      String format, Ablation.Result result, ToDoubleFunction<SceneMetrics> figure) {
    if (result.row().equals(AblationRow.ALL)) {
      return NONE;
    }
    for (Ablation.Result other : results) {
      if (other.row().equals(AblationRow.ALL) && other.failure() == null) {
        return String.format(
            Locale.ROOT, format, mean(result.runs(), figure) - mean(other.runs(), figure));
      }
    }
    return NONE;
  }

  /** The words of all seeds, each once. */
  private static String quality(List<SceneMetrics> runs) {
    return runs.stream()
        .map(SceneMetrics::qualityWord)
        .map(word -> word == null ? NONE : word)
        .distinct()
        .collect(Collectors.joining(", "));
  }

  private static String memory(List<SceneMetrics> runs) {
    return runs.stream().anyMatch(metrics -> metrics.peakDeviceBytes() == null)
        ? NONE
        : Bytes.text(Math.round(mean(runs, SceneMetrics::peakDeviceBytes)));
  }

  /** Why training ended, and at which step if it was not the planned one. */
  private String stoppedBy(List<SceneMetrics> runs) {
    String why =
        runs.stream().map(SceneMetrics::stoppedBy).distinct().collect(Collectors.joining(", "));
    double last = mean(runs, SceneMetrics::steps);
    return last == steps ? why : String.format(Locale.ROOT, "%s at %,.0f", why, last);
  }
}
