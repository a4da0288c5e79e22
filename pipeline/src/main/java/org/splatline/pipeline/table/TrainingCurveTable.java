package org.splatline.pipeline.table;

import java.util.List;

/** Table {@code training_curve}. */
final class TrainingCurveTable extends Table<TrainingCurveRow> {
  TrainingCurveTable() {
    super(
        TrainingCurveRow.class,
        "training_curve",
        "One row per point of a training curve: means over the steps since the previous point",
        List.of("run_id", "scene_id", "attempt", "step"),
        listColumns());
  }

  private static List<Column<TrainingCurveRow>> listColumns() {
    Columns<TrainingCurveRow> row = Columns.of(TrainingCurveRow.class);
    Columns<TrainingCurveRow> point = row.in("point");
    return List.of(
        row.runId(),
        row.sceneId(),
        row.attempt(),
        point.always("step", "Optimiser step, from 1").atLeast(1),
        point.always("phase", "Phase of the schedule, from 0").atLeast(0),
        point.always("scale", "Side length relative to the reduced photograph"),
        point.always("loss", "(1 - w) L1 + w (1 - SSIM)"),
        point.always("train_psnr", "PSNR of training views, dB"),
        point.always("gaussians", "Number of Gaussians").atLeast(0),
        point.always("steps_per_second", "Optimiser steps per second"),
        point.always("seconds", "Time since training began, s").atLeast(0),
        row.tenant(),
        point.maybe("device_bytes", "Device memory in use; null on the CPU").atLeast(0).since(4));
  }
}
