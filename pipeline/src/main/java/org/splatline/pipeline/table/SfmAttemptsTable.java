package org.splatline.pipeline.table;

import java.util.List;
import java.util.Map;

/** Table {@code sfm_attempts}. */
final class SfmAttemptsTable extends Table<SfmAttemptRow> {
  SfmAttemptsTable() {
    super(
        SfmAttemptRow.class,
        "sfm_attempts",
        "One row per way in which COLMAP searched for a scene's cameras",
        List.of("run_id", "scene_id", "attempt", "rung"),
        listColumns());
  }

  private static List<Column<SfmAttemptRow>> listColumns() {
    Columns<SfmAttemptRow> row = Columns.of(SfmAttemptRow.class);
    return List.of(
        row.runId(),
        row.sceneId(),
        row.attempt(),
        row.always("rung", "Number of the way, in the order tried, from 1").atLeast(1),
        row.always(
            "matcher",
            "exhaustive, sequential, spatial, vocabulary, or preselected by a GPU; empty if the"
                + " pairs of earlier rungs were used"),
        row.always("matcher_reason", "Why this matcher was chosen"),
        row.always("mapping", "incremental, relaxed or global"),
        row.always("verdict", "OK, DEGRADED, or why the model can't be trained on"),
        row.always("detail", "One sentence; empty when OK"),
        row.always("models", "Number of sub-models found").atLeast(0),
        row.always(
                "images_registered",
                "registered",
                "Photographs with a camera in the largest sub-model")
            .atLeast(0),
        row.always("images_readable", "readable", "Photographs COLMAP could read").atLeast(0),
        row.always("sparse_points", "points", "3-D points").atLeast(0),
        row.always("observations", "Features that show a point").atLeast(0),
        row.maybe("reprojection_error_px", "meanErrorPx", "Mean over the points, px"),
        row.maybe(
            "track_length", "meanTrackLength", "Mean number of photographs that show a point"),
        row.always("extraction_seconds", "Time to extract features, for all rungs together, s"),
        row.always("matching_seconds", "Time to match features, s").atLeast(0),
        row.always("mapping_seconds", "Time to map, s").atLeast(0),
        row.always("chosen", "Whether this rung's model became the scene's"),
        row.tenant());
  }

  @Override
  Map<String, String> rowConstraints() {
    return Map.of("registered_of_readable", "images_registered <= images_readable");
  }
}
