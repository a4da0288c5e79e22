package org.splatline.pipeline.table;

import java.util.List;

/** Table {@code scenes}, which is merged at the end of each run. */
final class ScenesTable extends Table<SceneRow> {
  ScenesTable() {
    super(
        SceneRow.class,
        "scenes",
        "One row per scene: what is known of it over all runs",
        List.of("tenant", "scene_id"),
        listColumns());
  }

  private static List<Column<SceneRow>> listColumns() {
    Columns<SceneRow> row = Columns.of(SceneRow.class);
    return List.of(
        row.tenant(),
        row.sceneId(),
        row.always("source_uri", "Where the scene was seen last"),
        row.maybe(
            "fingerprint",
            "sha256 of the photographs' names and contents; null if the scene was never ingested"),
        row.maybe("images_used", "Readable photographs").atLeast(0),
        row.maybe("bytes", "Size of all files of the scene").atLeast(0),
        row.maybe("camera", "Most frequent make and model; null if no photograph names one"),
        row.maybe(
                "latitude_south",
                "place.south",
                "Southern edge of the photographs' positions, degrees north")
            .between(-90, 90),
        row.maybe(
                "latitude_north",
                "place.north",
                "Northern edge of the photographs' positions, degrees north")
            .between(-90, 90),
        row.maybe(
                "longitude_west",
                "place.west",
                "Western edge of the photographs' positions, degrees east")
            .between(-180, 180),
        row.maybe(
                "longitude_east",
                "place.east",
                "Eastern edge of the photographs' positions, degrees east")
            .between(-180, 180),
        row.always("first_run_id", "The run that saw the scene first"),
        row.always("first_seen_at", "When the first run started on it, UTC"),
        row.always("last_run_id", "The run that saw the scene last"),
        row.always("last_seen_at", "When the last run finished with it, UTC"),
        row.always("last_verdict", "OK, or what went wrong in the last run"),
        row.maybe(
            "last_done_run_id", "The last run that made a model of it; null if none did so far"),
        row.maybe("last_done_at", "When that run finished with it, UTC"),
        row.maybe(
                "last_quality_word",
                "How good that model is: good, fair or poor; null if a version before 4 made it")
            .since(4),
        row.always("runs", "Number of runs that saw the scene").atLeast(1));
  }

  /** Its rows change, so readers that follow it need to be told which. */
  @Override
  boolean hasChangeFeed() {
    return true;
  }
}
