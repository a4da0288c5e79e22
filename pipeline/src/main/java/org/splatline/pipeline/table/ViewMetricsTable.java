package org.splatline.pipeline.table;

import java.util.List;

/** Table {@code view_metrics}. */
final class ViewMetricsTable extends Table<ViewMetricsRow> {
  ViewMetricsTable() {
    super(
        ViewMetricsRow.class,
        "view_metrics",
        "One row per held-out view of a trained scene",
        List.of("run_id", "scene_id", "attempt", "step", "view"),
        listColumns());
  }

  private static List<Column<ViewMetricsRow>> listColumns() {
    Columns<ViewMetricsRow> row = Columns.of(ViewMetricsRow.class);
    Columns<ViewMetricsRow> metrics = row.in("metrics");
    return List.of(
        row.runId(),
        row.sceneId(),
        row.attempt(),
        row.always("step", "Optimiser step of the model").atLeast(0),
        metrics.always("view", "The photograph's file name"),
        metrics.always("psnr", "PSNR, dB, at most 100").between(0, 100),
        metrics.always("ssim", "SSIM, at most 1").between(-1, 1),
        metrics.maybe("lpips", "LPIPS, at least 0; null if not measured").atLeast(0),
        row.maybe(
            "lpips_convention",
            "Network of lpips: vgg (input in [0, 1]) or alex (input in [-1, 1]); null if not"
                + " measured"),
        metrics.always("width", "Width of the view, px").atLeast(1),
        metrics.always("height", "Height of the view, px").atLeast(1),
        row.tenant());
  }
}
