package org.splatline.pipeline.table;

import java.util.List;

/** Table {@code images}. */
final class ImagesTable extends Table<ImageRow> {
  ImagesTable() {
    super(
        ImageRow.class,
        "images",
        "One row per file of a scene: what it is, whether it was used, whether COLMAP found its"
            + " camera",
        List.of("run_id", "scene_id", "attempt", "image"),
        listColumns());
  }

  private static List<Column<ImageRow>> listColumns() {
    Columns<ImageRow> row = Columns.of(ImageRow.class);
    return List.of(
        row.runId(),
        row.sceneId(),
        row.attempt(),
        row.always("image", "The file's name in the scene's folder"),
        row.always("status", "USED, or why the file was left out"),
        row.always("reason", "One clause; empty when used"),
        row.always("bytes", "Size of the file").atLeast(0),
        row.always("sha256", "sha256 of the file, hexadecimal"),
        row.always("width", "Width as stored, px; 0 if unknown").atLeast(0),
        row.always("height", "Height as stored, px; 0 if unknown").atLeast(0),
        row.always("orientation", "EXIF orientation, 1 to 8").between(1, 8),
        row.always("focal_length_mm", "Focal length of the lens from EXIF, mm; 0 if unknown")
            .atLeast(0),
        row.always(
            "taken_at", "When EXIF says it was taken, local time without a zone; empty if unknown"),
        row.maybe("latitude", "GPS, degrees north").between(-90, 90),
        row.maybe("longitude", "GPS, degrees east").between(-180, 180),
        row.maybe("altitude_m", "altitude", "GPS, m"),
        row.always(
                "sharpness",
                "Variance of the Laplacian at 512 px; compare within a scene only; 0 if not"
                    + " decoded")
            .atLeast(0),
        row.always("blurred", "Whether it is much less sharp than the scene's other photographs"),
        row.always(
            "duplicate_of", "An earlier photograph that looks the same; empty if there is none"),
        row.maybe(
            "model",
            "Sub-model that contains its camera, 0 for the scene's own; null if there is none or"
                + " COLMAP didn't run"),
        row.maybe("observations", "Its features that show a point; null where model is"),
        row.maybe("camera", "Make and model from EXIF; null if unknown").since(2),
        row.tenant());
  }
}
