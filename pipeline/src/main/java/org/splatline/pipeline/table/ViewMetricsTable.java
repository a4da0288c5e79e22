package org.splatline.pipeline.table;

import static org.apache.spark.sql.types.DataTypes.DoubleType;
import static org.apache.spark.sql.types.DataTypes.IntegerType;
import static org.apache.spark.sql.types.DataTypes.StringType;
import static org.splatline.pipeline.table.Column.always;

import java.util.List;
import org.apache.spark.sql.Row;
import org.splatline.gpu.metric.ViewMetrics;

/** Table {@code view_metrics}. */
public final class ViewMetricsTable extends Table<ViewMetricsRow> {
  ViewMetricsTable() {
    super(
        "view_metrics",
        "One row a held-out view of a trained scene",
        List.of("run_id", "scene_id", "attempt", "step", "view"),
        List.of(
            Column.runId(ViewMetricsRow::runId),
            Column.sceneId(ViewMetricsRow::sceneId),
            Column.attempt(ViewMetricsRow::attempt),
            Column.<ViewMetricsRow>always(
                    "step", IntegerType, "Optimiser step of the model", ViewMetricsRow::step)
                .atLeast(0),
            always("view", StringType, "The photograph's file name", row -> row.metrics().view()),
            Column.<ViewMetricsRow>always(
                    "psnr", DoubleType, "dB, at most 100", row -> row.metrics().psnr())
                .between(0, 100),
            Column.<ViewMetricsRow>always(
                    "ssim", DoubleType, "At most 1", row -> row.metrics().ssim())
                .between(-1, 1),
            Column.<ViewMetricsRow>maybe(
                    "lpips",
                    DoubleType,
                    "At least 0; null where not measured",
                    row -> row.metrics().lpips())
                .atLeast(0),
            Column.<ViewMetricsRow>maybe(
                    "lpips_convention",
                    StringType,
                    "Network of lpips: vgg (fed [0, 1]) or alex (fed [-1, 1]); null where not measured",
                    ViewMetricsRow::lpipsConvention)
                .oneOf("vgg", "alex"),
            Column.<ViewMetricsRow>always(
                    "width", IntegerType, "Of the picture, px", row -> row.metrics().width())
                .atLeast(1),
            Column.<ViewMetricsRow>always(
                    "height", IntegerType, "Of the picture, px", row -> row.metrics().height())
                .atLeast(1)));
  }

  @Override
  public ViewMetricsRow toRecord(Row row) {
    return new ViewMetricsRow(
        row.getAs("run_id"),
        row.getAs("scene_id"),
        row.getAs("attempt"),
        row.getAs("step"),
        row.getAs("lpips_convention"),
        new ViewMetrics(
            row.getAs("view"),
            row.getAs("psnr"),
            row.getAs("ssim"),
            row.getAs("lpips"),
            row.getAs("width"),
            row.getAs("height")));
  }
}
