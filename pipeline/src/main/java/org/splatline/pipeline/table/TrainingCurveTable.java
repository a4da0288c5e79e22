package org.splatline.pipeline.table;

import static org.apache.spark.sql.types.DataTypes.DoubleType;
import static org.apache.spark.sql.types.DataTypes.IntegerType;
import static org.splatline.pipeline.table.Column.always;

import java.util.List;
import org.apache.spark.sql.Row;
import org.splatline.gpu.train.TrainingPoint;

/** Table {@code training_curve}. */
public final class TrainingCurveTable extends Table<TrainingCurveRow> {
  TrainingCurveTable() {
    super(
        "training_curve",
        "One row a point of a training curve: means over the steps since the point before",
        List.of("run_id", "scene_id", "attempt", "step"),
        List.of(
            Column.runId(TrainingCurveRow::runId),
            Column.sceneId(TrainingCurveRow::sceneId),
            Column.attempt(TrainingCurveRow::attempt),
            Column.<TrainingCurveRow>always(
                    "step", IntegerType, "Optimiser step, from 1", row -> row.point().step())
                .atLeast(1),
            Column.<TrainingCurveRow>always(
                    "phase",
                    IntegerType,
                    "Phase of the schedule, from 0",
                    row -> row.point().phase())
                .atLeast(0),
            always(
                "scale",
                DoubleType,
                "Side length relative to the reduced picture",
                row -> row.point().scale()),
            always("loss", DoubleType, "(1 - w) L1 + w (1 - SSIM)", row -> row.point().loss()),
            always(
                "train_psnr", DoubleType, "On training views, dB", row -> row.point().trainPsnr()),
            Column.<TrainingCurveRow>always(
                    "gaussians", IntegerType, "Gaussians", row -> row.point().gaussians())
                .atLeast(0),
            always(
                "steps_per_second",
                DoubleType,
                "Optimiser steps per second",
                row -> row.point().stepsPerSecond()),
            Column.<TrainingCurveRow>always(
                    "seconds", DoubleType, "Since training began, s", row -> row.point().seconds())
                .atLeast(0)));
  }

  @Override
  public TrainingCurveRow toRecord(Row row) {
    return new TrainingCurveRow(
        row.getAs("run_id"),
        row.getAs("scene_id"),
        row.getAs("attempt"),
        new TrainingPoint(
            row.getAs("step"),
            row.getAs("phase"),
            row.getAs("scale"),
            row.getAs("loss"),
            row.getAs("train_psnr"),
            row.getAs("gaussians"),
            row.getAs("steps_per_second"),
            row.getAs("seconds")));
  }
}
