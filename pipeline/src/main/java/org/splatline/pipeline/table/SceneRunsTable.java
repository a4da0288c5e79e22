package org.splatline.pipeline.table;

import static org.apache.spark.sql.types.DataTypes.BooleanType;
import static org.apache.spark.sql.types.DataTypes.DoubleType;
import static org.apache.spark.sql.types.DataTypes.IntegerType;
import static org.apache.spark.sql.types.DataTypes.LongType;
import static org.apache.spark.sql.types.DataTypes.StringType;
import static org.apache.spark.sql.types.DataTypes.TimestampType;
import static org.splatline.pipeline.table.Column.always;
import static org.splatline.pipeline.table.Column.maybe;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.splatline.gpu.metric.SceneMetrics;
import org.splatline.gpu.verdict.Verdict;
import org.splatline.pipeline.table.SceneRunRow.Alignment;
import org.splatline.pipeline.table.SceneRunRow.CameraCounts;
import org.splatline.pipeline.table.SceneRunRow.Cost;
import org.splatline.pipeline.table.SceneRunRow.PhotographCounts;
import org.splatline.pipeline.table.SceneRunRow.Share;
import org.splatline.pipeline.table.SceneRunRow.StageSeconds;

/** Table {@code scene_runs}, written last of a group's tables. */
public final class SceneRunsTable extends Table<SceneRunRow> {
  SceneRunsTable() {
    super(
        "scene_runs",
        "One row an attempt at a scene; the highest published attempt is current",
        List.of("run_id", "scene_id", "attempt"),
        List.of(
            Column.runId(SceneRunRow::runId),
            Column.sceneId(SceneRunRow::sceneId),
            Column.attempt(SceneRunRow::attempt),
            always(
                "published",
                BooleanType,
                "Whether this is the scene's final answer in the run",
                SceneRunRow::published),
            Column.<SceneRunRow>always(
                    "verdict", StringType, "OK, or what went wrong", row -> row.verdict().name())
                .oneOf(Verdict.values()),
            always(
                "verdict_detail",
                StringType,
                "One sentence: why, and what to do; empty when OK",
                SceneRunRow::verdictDetail),
            always(
                "retryable",
                BooleanType,
                "Whether the same input may do better another time",
                row -> row.verdict().retryable()),
            Column.<SceneRunRow>always(
                    "who_fixes",
                    StringType,
                    "NOBODY, PHOTOGRAPHER, OPERATOR or DEVELOPER",
                    row -> row.verdict().whoFixes().name())
                .oneOf(Verdict.WhoFixes.values()),
            Column.<SceneRunRow>always(
                    "stage",
                    StringType,
                    "The last stage begun: ingest, sfm, train or publish",
                    SceneRunRow::stage)
                .oneOf("ingest", "sfm", "train", "publish"),
            always("source_uri", StringType, "The scene's folder", SceneRunRow::sourceUri),
            always("result_uri", StringType, "The attempt's files", SceneRunRow::resultUri),
            always("started_at", TimestampType, "Start, UTC", SceneRunRow::startedAt),
            always("ended_at", TimestampType, "End, UTC", SceneRunRow::endedAt),
            Column.<SceneRunRow>maybe(
                    "ingest_seconds", DoubleType, "In ingest, s", row -> row.seconds().ingest())
                .atLeast(0),
            Column.<SceneRunRow>maybe(
                    "sfm_seconds",
                    DoubleType,
                    "In structure from motion, s",
                    row -> row.seconds().sfm())
                .atLeast(0),
            Column.<SceneRunRow>maybe(
                    "train_stage_seconds",
                    DoubleType,
                    "In training, evaluation and export, s",
                    row -> row.seconds().train())
                .atLeast(0),
            Column.<SceneRunRow>always(
                    "attempt_seconds",
                    DoubleType,
                    "From the attempt's start to its end, s",
                    row -> row.seconds().attempt())
                .atLeast(0),
            always(
                "reused_stages",
                StringType,
                "Stages whose result was there already, with commas",
                row -> String.join(",", row.reused())),
            maybe(
                "fingerprint",
                StringType,
                "sha256 of the photographs' names and contents",
                photographs(PhotographCounts::fingerprint)),
            Column.<SceneRunRow>maybe(
                    "images_used",
                    IntegerType,
                    "Photographs that can be read",
                    photographs(PhotographCounts::used))
                .atLeast(0),
            Column.<SceneRunRow>maybe(
                    "images_rejected",
                    IntegerType,
                    "Files left out",
                    photographs(PhotographCounts::rejected))
                .atLeast(0),
            Column.<SceneRunRow>maybe(
                    "images_registered",
                    IntegerType,
                    "Photographs COLMAP found a camera for; null where the scene brought its cameras",
                    cameras(CameraCounts::registered))
                .atLeast(0),
            Column.<SceneRunRow>maybe(
                    "sparse_points",
                    IntegerType,
                    "3-D points of COLMAP",
                    cameras(CameraCounts::points))
                .atLeast(0),
            Column.<SceneRunRow>maybe(
                    "reprojection_error_px",
                    DoubleType,
                    "Mean over observations, px",
                    cameras(CameraCounts::meanErrorPx))
                .atLeast(0),
            maybe(
                "alignment_images",
                IntegerType,
                "Photographs whose GPS agrees with the model; null where it isn't aligned",
                alignment(Alignment::images)),
            maybe(
                "alignment_horizontal_rms_m",
                DoubleType,
                "Between cameras and their GPS, east and north, m",
                alignment(Alignment::horizontalRms)),
            maybe(
                "alignment_vertical_rms_m",
                DoubleType,
                "Between cameras and their GPS, in height, m",
                alignment(Alignment::verticalRms)),
            metric("psnr", DoubleType, "Mean over held-out views, dB", SceneMetrics::psnr)
                .between(0, 100),
            metric("ssim", DoubleType, "Mean over held-out views", SceneMetrics::ssim)
                .between(-1, 1),
            metric(
                    "lpips",
                    DoubleType,
                    "Mean over held-out views; null where not measured",
                    SceneMetrics::lpips)
                .atLeast(0),
            metric(
                    "lpips_convention",
                    StringType,
                    "Network of lpips: vgg (fed [0, 1]) or alex (fed [-1, 1]); null where not measured",
                    SceneMetrics::lpipsConvention)
                .oneOf("vgg", "alex"),
            metric("views_test", IntegerType, "Held-out views", SceneMetrics::viewsTest).atLeast(0),
            metric("views_train", IntegerType, "Views trained on", SceneMetrics::viewsTrain)
                .atLeast(1),
            metric("gaussians", IntegerType, "Gaussians", SceneMetrics::gaussians).atLeast(0),
            metric(
                "max_gaussians",
                IntegerType,
                "The cap in force: densify.max-gaussians, or what gpu.max-memory left of it",
                SceneMetrics::maxGaussians),
            metric("steps", IntegerType, "Optimiser steps", SceneMetrics::steps).atLeast(0),
            metric(
                    "train_seconds",
                    DoubleType,
                    "The training loop alone, s",
                    SceneMetrics::trainSeconds)
                .atLeast(0),
            metric(
                    "total_seconds",
                    DoubleType,
                    "Reading, training, evaluation and export, s; of the work itself where its result"
                        + " was there already",
                    SceneMetrics::totalSeconds)
                .atLeast(0),
            metric(
                    "peak_device_bytes",
                    LongType,
                    "Device memory; null on the CPU",
                    SceneMetrics::peakDeviceBytes)
                .atLeast(0),
            metric(
                "gaussian_state_bytes",
                LongType,
                "Parameters and optimiser state",
                SceneMetrics::gaussianStateBytes),
            metric(
                "gaussian_state_bytes_fp32",
                LongType,
                "The same were all of it in 32 bits",
                SceneMetrics::gaussianStateBytesFp32),
            metric("render_fps", DoubleType, "Held-out views a second", SceneMetrics::renderFps),
            metric("backend", StringType, "cpu or cuda", SceneMetrics::backend)
                .oneOf("cpu", "cuda"),
            metric("device", StringType, "What trained it", SceneMetrics::device),
            metric("width", IntegerType, "Of the largest training view, px", SceneMetrics::width)
                .atLeast(1),
            metric("height", IntegerType, "Of the largest training view, px", SceneMetrics::height)
                .atLeast(1),
            metric("seed", LongType, "Of all that is random", SceneMetrics::seed),
            always("profile", StringType, "The configuration's profile", SceneRunRow::profile),
            always(
                "config_hash",
                StringType,
                "sha256 of the effective configuration without places and credentials",
                SceneRunRow::configHash),
            metric(
                    "stopped_by",
                    StringType,
                    "steps, plateau, target or cancelled",
                    SceneMetrics::stoppedBy)
                .oneOf("steps", "plateau", "target", "cancelled"),
            maybe(
                    "camera",
                    StringType,
                    "Make and model that most photographs name; null: none does",
                    photographs(PhotographCounts::camera))
                .since(2),
            Column.<SceneRunRow>maybe(
                    "model_bytes", LongType, "Exported files together, B", SceneRunRow::modelBytes)
                .atLeast(0)
                .since(2),
            held("cpu_seconds", "Cores held by its tasks, core seconds", Cost::cpu),
            held("gpu_seconds", "GPUs held by training, GPU seconds", Cost::gpu),
            machine("cpu_instance_type", "Machine of these cores", Cost::cpu, Share::instanceType),
            machine("gpu_instance_type", "Machine of these GPUs", Cost::gpu, Share::instanceType),
            machine("cpu_purchase_option", "How it is paid", Cost::cpu, Share::purchaseOption)
                .oneOf("on-demand", "spot"),
            machine("gpu_purchase_option", "How it is paid", Cost::gpu, Share::purchaseOption)
                .oneOf("on-demand", "spot"),
            price("cpu_cost_usd", "Share of those machines' price, USD", Cost::cpu),
            price("gpu_cost_usd", "Share of those machines' price, USD", Cost::gpu),
            Column.<SceneRunRow>maybe(
                    "cost_usd",
                    DoubleType,
                    "Both together, USD; null where either isn't known",
                    SceneRunsTable::cost)
                .atLeast(0)
                .since(2)));
  }

  private static Function<SceneRunRow, ?> photographs(Function<PhotographCounts, ?> value) {
    return row -> row.photographs() == null ? null : value.apply(row.photographs());
  }

  private static Function<SceneRunRow, ?> cameras(Function<CameraCounts, ?> value) {
    return row -> row.cameras() == null ? null : value.apply(row.cameras());
  }

  private static Function<SceneRunRow, ?> alignment(Function<Alignment, ?> value) {
    return row -> row.alignment() == null ? null : value.apply(row.alignment());
  }

  /**
   * A column of metrics.json's name; null where the scene wasn't trained, or has no such figure.
   */
  private static Column<SceneRunRow> metric(
      String name, DataType type, String comment, Function<SceneMetrics, ?> value) {
    return maybe(
        name,
        type,
        comment,
        row -> row.metrics() == null ? null : finiteOrNull(value.apply(row.metrics())));
  }

  /** Without held-out views, PSNR is no number. */
  private static Object finiteOrNull(Object figure) {
    return figure instanceof Double number && !Double.isFinite(number) ? null : figure;
  }

  private static double orNaN(Double figure) {
    return figure == null ? Double.NaN : figure;
  }

  private static Column<SceneRunRow> held(
      String name, String comment, Function<Cost, Share> share) {
    return Column.<SceneRunRow>maybe(name, DoubleType, comment, shares(share, Share::seconds))
        .atLeast(0)
        .since(2);
  }

  private static Column<SceneRunRow> machine(
      String name, String comment, Function<Cost, Share> share, Function<Share, String> value) {
    return Column.<SceneRunRow>maybe(
            name, StringType, comment + "; null: unknown, or none held", shares(share, value))
        .since(2);
  }

  private static Column<SceneRunRow> price(
      String name, String comment, Function<Cost, Share> share) {
    return Column.<SceneRunRow>maybe(
            name, DoubleType, comment + "; null: no price known", shares(share, Share::usd))
        .atLeast(0)
        .since(2);
  }

  private static Function<SceneRunRow, ?> shares(
      Function<Cost, Share> share, Function<Share, ?> value) {
    return row -> row.cost() == null ? null : value.apply(share.apply(row.cost()));
  }

  private static Double cost(SceneRunRow row) {
    return row.cost() == null ? null : row.cost().usd();
  }

  @Override
  Map<String, String> rowConstraints() {
    return Map.of(
        "registered_of_used",
        "images_registered IS NULL OR images_used IS NULL OR images_registered <= images_used");
  }

  @Override
  boolean hasChangeFeed() {
    return true;
  }

  /** Targets and files of the metrics are no columns: they come back empty. */
  @Override
  public SceneRunRow toRecord(Row row) {
    String reused = row.getAs("reused_stages");
    return new SceneRunRow(
        row.getAs("run_id"),
        row.getAs("scene_id"),
        row.getAs("attempt"),
        row.getAs("published"),
        Verdict.valueOf(row.getAs("verdict")),
        row.getAs("verdict_detail"),
        row.getAs("stage"),
        row.getAs("source_uri"),
        row.getAs("result_uri"),
        row.getAs("profile"),
        row.getAs("config_hash"),
        row.getAs("started_at"),
        row.getAs("ended_at"),
        new StageSeconds(
            row.getAs("ingest_seconds"),
            row.getAs("sfm_seconds"),
            row.getAs("train_stage_seconds"),
            row.getAs("attempt_seconds")),
        reused.isEmpty() ? List.of() : List.of(reused.split(",", -1)),
        photographs(row),
        cameras(row),
        alignment(row),
        metrics(row),
        row.getAs("model_bytes"),
        cost(row));
  }

  private static PhotographCounts photographs(Row row) {
    return row.getAs("fingerprint") == null
        ? null
        : new PhotographCounts(
            row.getAs("fingerprint"),
            row.getAs("images_used"),
            row.getAs("images_rejected"),
            row.getAs("camera"));
  }

  private static CameraCounts cameras(Row row) {
    return row.getAs("images_registered") == null
        ? null
        : new CameraCounts(
            row.getAs("images_registered"),
            row.getAs("sparse_points"),
            row.getAs("reprojection_error_px"));
  }

  private static Alignment alignment(Row row) {
    return row.getAs("alignment_images") == null
        ? null
        : new Alignment(
            row.getAs("alignment_images"),
            row.getAs("alignment_horizontal_rms_m"),
            row.getAs("alignment_vertical_rms_m"));
  }

  private static Cost cost(Row row) {
    return row.getAs("cpu_seconds") == null ? null : new Cost(share(row, "cpu"), share(row, "gpu"));
  }

  private static Share share(Row row, String kind) {
    return new Share(
        row.getAs(kind + "_seconds"),
        row.getAs(kind + "_instance_type"),
        row.getAs(kind + "_purchase_option"),
        row.getAs(kind + "_cost_usd"));
  }

  private static SceneMetrics metrics(Row row) {
    return row.getAs("steps") == null
        ? null
        : new SceneMetrics(
            1,
            orNaN(row.getAs("psnr")),
            orNaN(row.getAs("ssim")),
            row.getAs("lpips"),
            row.getAs("lpips_convention"),
            row.getAs("views_test"),
            row.getAs("views_train"),
            row.getAs("gaussians"),
            row.getAs("max_gaussians"),
            row.getAs("steps"),
            row.getAs("train_seconds"),
            row.getAs("total_seconds"),
            row.getAs("peak_device_bytes"),
            row.getAs("gaussian_state_bytes"),
            row.getAs("gaussian_state_bytes_fp32"),
            orNaN(row.getAs("render_fps")),
            row.getAs("backend"),
            row.getAs("device"),
            row.getAs("width"),
            row.getAs("height"),
            row.getAs("seed"),
            row.getAs("profile"),
            row.getAs("config_hash"),
            row.getAs("stopped_by"),
            Map.of(),
            Map.of());
  }
}
