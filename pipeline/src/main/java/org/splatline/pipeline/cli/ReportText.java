package org.splatline.pipeline.cli;

import static java.util.stream.Collectors.joining;

import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.splatline.pipeline.report.RunReport;
import org.splatline.pipeline.report.RunReport.SceneLine;
import org.splatline.pipeline.report.RunReport.Spread;

/** A report as text for people. */
final class ReportText {
  private ReportText() {}

  static String of(RunReport report) {
    StringBuilder text = new StringBuilder();
    TextTable scenes =
        new TextTable(
            List.of(
                "scene",
                "verdict",
                "quality",
                "PSNR dB",
                "SSIM",
                "Gaussians",
                "MB",
                "seconds",
                "USD"));
    report.answers().forEach(scene -> scenes.add(cells(scene)));
    text.append(scenes).append('\n');
    report.answers().stream()
        .filter(scene -> !scene.verdictDetail().isEmpty())
        .forEach(
            scene -> text.append("%s: %s%n".formatted(scene.sceneId(), scene.verdictDetail())));
    report.answers().stream()
        .filter(scene -> scene.qualityDetail() != null && !scene.qualityDetail().isEmpty())
        .forEach(
            scene ->
                text.append(
                    "%s is %s: %s%n"
                        .formatted(scene.sceneId(), scene.qualityWord(), scene.qualityDetail())));
    spread(text, "PSNR, dB", "%.2f", report.results().psnr(), 1);
    spread(text, "SSIM", "%.4f", report.results().ssim(), 1);
    spread(text, "model, MB", "%.1f", report.results().modelBytes(), 1e-6);
    spread(text, "training, s", "%.1f", report.results().trainSeconds(), 1);
    text.append(
        format(
            "held: %.0f core seconds, %.0f GPU seconds%s%n",
            report.costs().cpuSeconds(),
            report.costs().gpuSeconds(),
            report.costs().gpuBusyShare() == null
                ? ""
                : format(
                    "; GPUs busy %.0f %% of the time held", 100 * report.costs().gpuBusyShare())));
    text.append(cost(report));
    return text.append(
            format(
                "run %s, profile %s: %d of %d scenes done (%s) in %.1f s, exit code %d",
                report.run().runId(),
                report.run().profile(),
                report.run().scenesOk(),
                report.run().scenes(),
                report.verdicts().entrySet().stream()
                    .map(verdict -> verdict.getValue() + " " + verdict.getKey())
                    .collect(joining(", ")),
                report.run().seconds(),
                report.run().exitCode()))
        .toString();
  }

  private static String cost(RunReport report) {
    if (report.costs().costUsd() == null) {
      return format("cost: unknown. Set cost.cpu-instance-type and cost.gpu-instance-type%n");
    }
    return report.costs().costUnknown() == 0
        ? format("cost: %.2f USD%n", report.costs().costUsd())
        : format(
            "cost: %.2f USD, without %d scenes whose machine or price is unknown%n",
            report.costs().costUsd(), report.costs().costUnknown());
  }

  private static void spread(
      StringBuilder text, String name, String number, Spread spread, double unit) {
    if (spread != null) {
      String pattern = "%s: %s to %s, median %s, mean %s, of %d scenes%n";
      text.append(
          pattern.formatted(
              name,
              format(number, spread.least() * unit),
              format(number, spread.most() * unit),
              format(number, spread.median() * unit),
              format(number, spread.mean() * unit),
              spread.scenes()));
    }
  }

  private static List<String> cells(SceneLine scene) {
    return List.of(
        scene.sceneId(),
        scene.verdict(),
        Objects.requireNonNullElse(scene.qualityWord(), ""),
        cell("%.2f", scene.psnr(), 1),
        cell("%.4f", scene.ssim(), 1),
        cell("%,.0f", scene.gaussians(), 1),
        cell("%.1f", scene.modelBytes(), 1e-6),
        format("%.1f", scene.attemptSeconds()),
        cell("%.3f", scene.costUsd(), 1));
  }

  private static String cell(String number, Number value, double unit) {
    return value == null ? "" : format(number, value.doubleValue() * unit);
  }

  @SuppressWarnings({"FormatStringAnnotation", "AnnotateFormatMethod"})
  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }
}
