package org.splatline.pipeline.table;

import static org.apache.spark.sql.types.DataTypes.BooleanType;
import static org.apache.spark.sql.types.DataTypes.DoubleType;
import static org.apache.spark.sql.types.DataTypes.StringType;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Table {@code scene_runs}, which is written last of a group's tables. */
final class SceneRunsTable extends Table<SceneRunRow> {
  private static final Columns<SceneRunRow> ROW = Columns.of(SceneRunRow.class);
  private static final Columns<SceneRunRow> METRICS = ROW.in("metrics");

  SceneRunsTable() {
    super(
        SceneRunRow.class,
        "scene_runs",
        "One row per attempt at a scene; the highest published attempt is current",
        List.of("run_id", "scene_id", "attempt"),
        listColumns(),
        Map.of(
            "metrics.schemaVersion", row -> 1,
            "metrics.profile", row -> row.getAs("profile"),
            "metrics.configHash", row -> row.getAs("config_hash"),
            "metrics.psnrExposureFitted", row -> null, // metrics.json alone has it
            "metrics.targets", row -> Map.of(), // metrics.json alone has them
            "metrics.files", row -> Map.of(),
            "metrics.fileScores", row -> Map.of()));
  }

  private static List<Column<SceneRunRow>> listColumns() {
    List<Column<SceneRunRow>> columns = new ArrayList<>();
    columns.addAll(attempt());
    columns.addAll(stages());
    columns.addAll(photographs());
    columns.addAll(metrics());
    columns.addAll(ofVersion2());
    columns.addAll(ofVersion3());
    columns.addAll(ofVersion4());
    return columns;
  }

  private static List<Column<SceneRunRow>> attempt() {
    return List.of(
        ROW.runId(),
        ROW.sceneId(),
        ROW.attempt(),
        ROW.always("published", "Whether this is the scene's final answer in the run"),
        ROW.always("verdict", "OK, or what went wrong"),
        ROW.always("verdict_detail", "One sentence: why, and what to do; empty when OK"),
        ROW.derived(
            "retryable",
            BooleanType,
            false,
            "Whether another try with the same input may succeed",
            row -> row.verdict().retryable()),
        ROW.derived(
            "who_fixes",
            StringType,
            false,
            "NOBODY, PHOTOGRAPHER, OPERATOR or DEVELOPER",
            row -> row.verdict().whoFixes().name()),
        ROW.always("stage", "The last stage that started: ingest, sfm, train, evaluate or publish"),
        ROW.always("source_uri", "The scene's folder"),
        ROW.always("result_uri", "The attempt's files"),
        ROW.always("started_at", "Start, UTC"),
        ROW.always("ended_at", "End, UTC"));
  }

  private static List<Column<SceneRunRow>> stages() {
    return List.of(
        ROW.maybe("ingest_seconds", "seconds.ingest", "Time in ingest, without queues, s")
            .atLeast(0),
        ROW.maybe("sfm_seconds", "seconds.sfm", "Time in structure from motion, without queues, s")
            .atLeast(0),
        ROW.maybe(
                "train_stage_seconds",
                "seconds.train",
                "Time in training, evaluation and export, without queues, s")
            .atLeast(0),
        ROW.always(
                "attempt_seconds",
                "seconds.attempt",
                "From the attempt's start to its end, with queue_seconds, s")
            .atLeast(0),
        ROW.always(
            "reused_stages",
            "reused",
            "Stages whose result was already in the store, separated by commas"));
  }

  private static List<Column<SceneRunRow>> photographs() {
    return List.of(
        ROW.maybe(
            "fingerprint",
            "photographs.fingerprint",
            "sha256 of the photographs' names and contents"),
        ROW.maybe("images_used", "photographs.used", "Readable photographs").atLeast(0),
        ROW.maybe("images_rejected", "photographs.rejected", "Files that were left out").atLeast(0),
        ROW.maybe(
                "images_registered",
                "cameras.registered",
                "Photographs for which COLMAP found a camera; null if the scene brought its"
                    + " cameras")
            .atLeast(0),
        ROW.maybe("sparse_points", "cameras.points", "3-D points of COLMAP").atLeast(0),
        ROW.maybe("reprojection_error_px", "cameras.meanErrorPx", "Mean over observations, px")
            .atLeast(0),
        ROW.maybe(
            "alignment_images",
            "alignment.images",
            "Photographs whose GPS agrees with the model; null if the model isn't aligned"),
        ROW.maybe(
            "alignment_horizontal_rms_m",
            "alignment.horizontalRms",
            "Distance between cameras and their GPS, east and north, m"),
        ROW.maybe(
            "alignment_vertical_rms_m",
            "alignment.verticalRms",
            "Distance between cameras and their GPS in height, m"));
  }

  /** Columns with the names of metrics.json; null if the scene wasn't trained. */
  private static List<Column<SceneRunRow>> metrics() {
    return List.of(
        METRICS.maybeNan("psnr", "Mean PSNR of held-out views, dB").between(0, 100),
        METRICS.maybeNan("ssim", "Mean SSIM of held-out views").between(-1, 1),
        METRICS.maybeNan("lpips", "Mean LPIPS of held-out views; null if not measured").atLeast(0),
        METRICS.maybe(
            "lpips_convention",
            "Network of lpips: vgg (input in [0, 1]) or alex (input in [-1, 1]); null if not"
                + " measured"),
        METRICS.maybe("views_test", "Number of held-out views").atLeast(0),
        METRICS.maybe("views_train", "Number of training views").atLeast(1),
        METRICS.maybe("gaussians", "Number of Gaussians").atLeast(0),
        METRICS.maybe(
            "max_gaussians",
            "Largest number of Gaussians that growth could reach: densify.max-gaussians, or less"
                + " where densify.budget x overgrowth or the room on the GPU is lower; the number of"
                + " points if none grow"),
        METRICS.maybe("steps", "Optimiser steps").atLeast(0),
        METRICS.maybe("train_seconds", "Time in the training loop alone, s").atLeast(0),
        METRICS
            .maybe(
                "total_seconds",
                "Time to read, train, evaluate and export, s; if the result was reused, of the"
                    + " original work")
            .atLeast(0),
        METRICS.maybe("peak_device_bytes", "Peak device memory; null on the CPU").atLeast(0),
        METRICS.maybe("gaussian_state_bytes", "Memory of parameters and optimiser state"),
        METRICS.maybe("gaussian_state_bytes_fp32", "The same if all of it were stored in 32 bits"),
        METRICS.maybeNan("render_fps", "Held-out views rendered per second"),
        METRICS.maybe("backend", "cpu or cuda"),
        METRICS.maybe("device", "The processor or GPU that trained the scene"),
        METRICS.maybe("width", "Width of the largest training view, px").atLeast(1),
        METRICS.maybe("height", "Height of the largest training view, px").atLeast(1),
        METRICS.maybe("seed", "Seed of all random numbers"),
        ROW.always("profile", "Profile of the configuration"),
        ROW.always(
            "config_hash", "sha256 of the effective configuration without places and credentials"),
        METRICS.maybe("stopped_by", "steps, plateau, target or cancelled"));
  }

  private static List<Column<SceneRunRow>> ofVersion2() {
    return List.of(
        ROW.maybe(
                "camera",
                "photographs.camera",
                "Most frequent make and model; null if no photograph names one")
            .since(2),
        ROW.maybe("model_bytes", "Size of all exported files").atLeast(0).since(2),
        ROW.maybe("cpu_seconds", "cost.cpu.seconds", "Core seconds that its tasks held cores")
            .atLeast(0)
            .since(2),
        ROW.maybe("gpu_seconds", "cost.gpu.seconds", "GPU seconds that training held GPUs")
            .atLeast(0)
            .since(2),
        instanceType("cpu_instance_type", "cost.cpu.instanceType", "cores"),
        instanceType("gpu_instance_type", "cost.gpu.instanceType", "GPUs"),
        purchaseOption("cpu_purchase_option", "cost.cpu.purchaseOption"),
        purchaseOption("gpu_purchase_option", "cost.gpu.purchaseOption"),
        price("cpu_cost_usd", "cost.cpu.usd", "cores"),
        price("gpu_cost_usd", "cost.gpu.usd", "GPUs"),
        ROW.derived(
                "cost_usd",
                DoubleType,
                true,
                "Cost of cores and GPUs together, USD; null if either is unknown",
                row -> row.cost() == null ? null : row.cost().usd())
            .atLeast(0)
            .since(2));
  }

  private static List<Column<SceneRunRow>> ofVersion3() {
    return List.of(
        ROW.tenant(),
        ROW.maybe(
                "images_bytes",
                "photographs.bytes",
                "Size of the scene's files, used or not; null if the scene wasn't ingested")
            .atLeast(0)
            .since(3),
        edge("latitude_south", "south", "Southern edge", "north"),
        edge("latitude_north", "north", "Northern edge", "north"),
        edge("longitude_west", "west", "Western edge", "east"),
        edge("longitude_east", "east", "Eastern edge", "east"),
        ROW.maybe("application_id", "Spark's application, as YARN names it").since(3),
        ROW.maybe(
                "queue_seconds",
                "Time that its tasks waited for a place to run, with the time of tasks that were"
                    + " lost and repeated, s")
            .atLeast(0)
            .since(3),
        ROW.maybe(
                "resumes",
                "How often its training continued from a checkpoint, in earlier attempts too; null"
                    + " if it wasn't trained in this attempt")
            .atLeast(0)
            .since(3),
        ROW.maybe(
                "cuda_driver",
                "Newest CUDA that the driver of the GPU supports; null if no GPU was used")
            .since(3));
  }

  /** Null if the scene wasn't trained, or in a row of an earlier version. */
  private static List<Column<SceneRunRow>> ofVersion4() {
    return List.of(
        METRICS
            .maybeNan("train_psnr", "Mean PSNR of training views in the last tenth of training, dB")
            .since(4),
        METRICS
            .maybe("quality_word", "How good the model is: good, fair or poor (docs/verdicts.md)")
            .since(4),
        METRICS.maybe("quality_detail", "What would help, one sentence; empty when good").since(4));
  }

  private static Column<SceneRunRow> edge(
      String name, String component, String what, String direction) {
    return ROW.maybe(
            name,
            "photographs.place." + component,
            "%s of the photographs' positions, degrees %s".formatted(what, direction))
        .since(3);
  }

  private static Column<SceneRunRow> instanceType(String name, String component, String of) {
    return ROW.maybe(
            name,
            component,
            "Instance type of the machine with these %s; null if unknown or none was held"
                .formatted(of))
        .since(2);
  }

  private static Column<SceneRunRow> purchaseOption(String name, String component) {
    return ROW.maybe(
            name, component, "How the machine is paid for; null if unknown or none was held")
        .since(2);
  }

  private static Column<SceneRunRow> price(String name, String component, String of) {
    return ROW.maybe(
            name, component, "Cost of these %s, USD; null if the price is unknown".formatted(of))
        .atLeast(0)
        .since(2);
  }

  @Override
  Map<String, String> rowConstraints() {
    return Map.of(
        "registered_of_used",
        "images_registered IS NULL OR images_used IS NULL OR images_registered <= images_used");
  }
}
