package org.splatline.pipeline.table;

import static org.apache.spark.sql.types.DataTypes.BooleanType;
import static org.apache.spark.sql.types.DataTypes.DoubleType;
import static org.apache.spark.sql.types.DataTypes.IntegerType;
import static org.apache.spark.sql.types.DataTypes.LongType;
import static org.apache.spark.sql.types.DataTypes.StringType;
import static org.splatline.pipeline.table.Column.always;
import static org.splatline.pipeline.table.Column.maybe;

import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.splatline.gpu.verdict.Verdict;

/** Table {@code sfm_attempts}. */
public final class SfmAttemptsTable extends Table<SfmAttemptRow> {
  SfmAttemptsTable() {
    super(
        "sfm_attempts",
        "One row a way in which COLMAP was asked for a scene's cameras",
        List.of("run_id", "scene_id", "attempt", "rung"),
        List.of(
            Column.runId(SfmAttemptRow::runId),
            Column.sceneId(SfmAttemptRow::sceneId),
            Column.attempt(SfmAttemptRow::attempt),
            Column.<SfmAttemptRow>always(
                    "rung",
                    IntegerType,
                    "Which way, in the order tried, from 1",
                    SfmAttemptRow::rung)
                .atLeast(1),
            always(
                "matcher",
                StringType,
                "exhaustive, sequential, spatial or vocabulary; empty: pairs of the rungs before",
                SfmAttemptRow::matcher),
            always("matcher_reason", StringType, "Why that one", SfmAttemptRow::matcherReason),
            always("mapping", StringType, "incremental, relaxed or global", SfmAttemptRow::mapping),
            Column.<SfmAttemptRow>always(
                    "verdict",
                    StringType,
                    "OK, DEGRADED, or why its model can't be trained on",
                    row -> row.verdict().name())
                .oneOf(Verdict.values()),
            always("detail", StringType, "One sentence; empty when OK", SfmAttemptRow::detail),
            Column.<SfmAttemptRow>always(
                    "models", IntegerType, "Sub-models found", SfmAttemptRow::models)
                .atLeast(0),
            Column.<SfmAttemptRow>always(
                    "images_registered",
                    IntegerType,
                    "Photographs of the largest with a camera",
                    SfmAttemptRow::registered)
                .atLeast(0),
            Column.<SfmAttemptRow>always(
                    "images_readable",
                    IntegerType,
                    "Photographs COLMAP could read",
                    SfmAttemptRow::readable)
                .atLeast(0),
            Column.<SfmAttemptRow>always(
                    "sparse_points", IntegerType, "3-D points", SfmAttemptRow::points)
                .atLeast(0),
            Column.<SfmAttemptRow>always(
                    "observations",
                    LongType,
                    "Features that show a point",
                    SfmAttemptRow::observations)
                .atLeast(0),
            maybe(
                "reprojection_error_px",
                DoubleType,
                "Mean over the points, px",
                SfmAttemptRow::meanErrorPx),
            maybe(
                "track_length",
                DoubleType,
                "Photographs a point is seen in, mean",
                SfmAttemptRow::meanTrackLength),
            always(
                "extraction_seconds",
                DoubleType,
                "Of the features, for all rungs together, s",
                SfmAttemptRow::extractionSeconds),
            Column.<SfmAttemptRow>always(
                    "matching_seconds",
                    DoubleType,
                    "Of the matching, s",
                    SfmAttemptRow::matchingSeconds)
                .atLeast(0),
            Column.<SfmAttemptRow>always(
                    "mapping_seconds",
                    DoubleType,
                    "Of the mapping, s",
                    SfmAttemptRow::mappingSeconds)
                .atLeast(0),
            always(
                "chosen", BooleanType, "Whether its model is the scene's", SfmAttemptRow::chosen)));
  }

  @Override
  Map<String, String> rowConstraints() {
    return Map.of("registered_of_readable", "images_registered <= images_readable");
  }

  @Override
  public SfmAttemptRow toRecord(Row row) {
    return new SfmAttemptRow(
        row.getAs("run_id"),
        row.getAs("scene_id"),
        row.getAs("attempt"),
        row.getAs("rung"),
        row.getAs("matcher"),
        row.getAs("matcher_reason"),
        row.getAs("mapping"),
        Verdict.valueOf(row.getAs("verdict")),
        row.getAs("detail"),
        row.getAs("models"),
        row.getAs("images_registered"),
        row.getAs("images_readable"),
        row.getAs("sparse_points"),
        row.getAs("observations"),
        row.getAs("reprojection_error_px"),
        row.getAs("track_length"),
        row.getAs("extraction_seconds"),
        row.getAs("matching_seconds"),
        row.getAs("mapping_seconds"),
        row.getAs("chosen"));
  }
}
