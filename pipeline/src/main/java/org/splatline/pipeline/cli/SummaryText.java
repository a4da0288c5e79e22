package org.splatline.pipeline.cli;

import static java.util.stream.Collectors.joining;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.splatline.gpu.metric.SceneMetrics;
import org.splatline.gpu.verdict.Verdict;
import org.splatline.pipeline.run.RunSummary;
import org.splatline.pipeline.site.ResultPage;
import org.splatline.pipeline.stage.GpuUse;
import org.splatline.pipeline.table.SceneRunRow;

/** The summary of a run as text for people: a table, failures, and where the files are. */
final class SummaryText {
  private static final List<String> HEADINGS =
      List.of(
          "scene",
          "verdict",
          "quality",
          "PSNR dB",
          "SSIM",
          "Gaussians",
          "MB",
          "ingest s",
          "sfm s",
          "train s",
          "all s");

  private static final int MOST_PATHS = 20;

  private SummaryText() {}

  static String of(RunSummary summary) {
    StringBuilder text = new StringBuilder("\n");
    TextTable table = new TextTable(HEADINGS);
    summary.scenes().forEach(row -> table.add(cells(row)));
    text.append(table).append('\n');
    for (SceneRunRow row : summary.scenes()) {
      if (row.verdict() != Verdict.OK) {
        text.append(row.sceneId()).append(": ").append(row.verdictDetail()).append('\n');
      }
    }
    summary.scenes().forEach(row -> text.append(quality(row)));
    if (!summary.notBegun().isEmpty()) {
      text.append("not started, or cut off: ")
          .append(String.join(", ", summary.notBegun()))
          .append('\n');
    }
    if (summary.stoppedBecause() != null) {
      text.append(summary.stoppedBecause()).append('\n');
    }
    GpuUse gpu = summary.gpuUse();
    if (gpu != null) {
      text.append(
          String.format(
              Locale.ROOT,
              "GPUs held for %.0f s; %.0f %% of it was training or evaluation%n",
              gpu.heldSeconds(),
              100 * gpu.busySeconds() / gpu.heldSeconds()));
    }
    text.append(results(summary));
    text.append(
        String.format(
            Locale.ROOT,
            "run %s: %d of %d scenes done in %.1f s%nfiles   %s%ntables  %s%n",
            summary.runId(),
            summary.scenesOk(),
            summary.scenes().size() + summary.notBegun().size(),
            summary.seconds(),
            summary.resultsUri(),
            summary.tablesUri()));
    return text.toString();
  }

  /** Why a model is not good. */
  private static String quality(SceneRunRow row) {
    SceneMetrics metrics = row.metrics();
    return metrics == null || metrics.qualityWord() == null || metrics.qualityDetail().isEmpty()
        ? ""
        : "%s is %s: %s%n".formatted(row.sceneId(), metrics.qualityWord(), metrics.qualityDetail());
  }

  /** Where the page and the model of each scene are; of many scenes, where all are. */
  private static String results(RunSummary summary) {
    List<SceneRunRow> done =
        summary.scenes().stream().filter(row -> row.verdict().isDone()).toList();
    if (done.size() > MOST_PATHS) {
      return "results %s, one folder per scene%n".formatted(summary.sceneResultsUri());
    }
    return done.stream()
        .map(row -> results(summary.sceneResultsUri() + "/" + row.sceneId(), row.metrics()))
        .collect(joining());
  }

  private static String results(String folder, SceneMetrics metrics) {
    String page = ResultPage.isBuilt() ? "page    %s/index.html%n".formatted(folder) : "";
    String model =
        metrics.files().keySet().stream().sorted().findFirst().map("/"::concat).orElse("");
    return page + "model   %s%s%n".formatted(folder, model);
  }

  private static List<String> cells(SceneRunRow row) {
    SceneMetrics metrics = row.metrics();
    List<String> cells = new ArrayList<>(List.of(row.sceneId(), row.verdict().name()));
    if (metrics == null) {
      cells.addAll(List.of("", "", "", "", ""));
    } else {
      cells.add(Objects.requireNonNullElse(metrics.qualityWord(), ""));
      double bytes = metrics.files().values().stream().mapToLong(Long::longValue).sum();
      cells.add(decimals(2, metrics.psnr()));
      cells.add(decimals(4, metrics.ssim()));
      cells.add(String.format(Locale.ROOT, "%,d", metrics.gaussians()));
      cells.add(decimals(1, bytes / 1e6));
    }
    cells.add(seconds(row.seconds().ingest()));
    cells.add(seconds(row.seconds().sfm()));
    cells.add(seconds(row.seconds().train()));
    cells.add(seconds(row.seconds().attempt()));
    return cells;
  }

  private static String seconds(Double value) {
    return value == null ? "" : decimals(1, value);
  }

  private static String decimals(int digits, double value) {
    return String.format(Locale.ROOT, "%." + digits + "f", value);
  }
}
