package org.splatline.pipeline.table;

import java.util.List;

/** Table {@code models}. */
final class ModelsTable extends Table<ModelRow> {
  ModelsTable() {
    super(
        ModelRow.class,
        "models",
        "One row per exported file of a trained scene",
        List.of("run_id", "scene_id", "attempt", "format"),
        listColumns());
  }

  private static List<Column<ModelRow>> listColumns() {
    Columns<ModelRow> row = Columns.of(ModelRow.class);
    return List.of(
        row.runId(),
        row.sceneId(),
        row.attempt(),
        row.always("format", "File format, such as ply"),
        row.always("uri", "Where the file is"),
        row.always("bytes", "Size of the file").atLeast(0),
        row.always("sha256", "sha256 of the file, hexadecimal"),
        row.always("gaussians", "Gaussians in the file").atLeast(0),
        row.tenant());
  }
}
