package org.splatline.pipeline.table;

import static org.apache.spark.sql.types.DataTypes.BooleanType;
import static org.apache.spark.sql.types.DataTypes.DoubleType;
import static org.apache.spark.sql.types.DataTypes.IntegerType;
import static org.apache.spark.sql.types.DataTypes.LongType;
import static org.apache.spark.sql.types.DataTypes.StringType;
import static org.splatline.pipeline.table.Column.always;
import static org.splatline.pipeline.table.Column.maybe;

import java.util.List;
import org.apache.spark.sql.Row;

/** Table {@code images}. */
public final class ImagesTable extends Table<ImageRow> {
  ImagesTable() {
    super(
        "images",
        "One row a file of a scene: what it is, whether it was used, whether its camera was found",
        List.of("run_id", "scene_id", "attempt", "image"),
        List.of(
            Column.runId(ImageRow::runId),
            Column.sceneId(ImageRow::sceneId),
            Column.attempt(ImageRow::attempt),
            always("image", StringType, "Its name in the scene's folder", ImageRow::image),
            always("status", StringType, "USED, or why it was left out", ImageRow::status),
            always("reason", StringType, "One clause; empty when used", ImageRow::reason),
            Column.<ImageRow>always("bytes", LongType, "Size of the file", ImageRow::bytes)
                .atLeast(0),
            always("sha256", StringType, "Of the file, hexadecimal", ImageRow::sha256),
            Column.<ImageRow>always(
                    "width", IntegerType, "As stored, px; 0: unknown", ImageRow::width)
                .atLeast(0),
            Column.<ImageRow>always(
                    "height", IntegerType, "As stored, px; 0: unknown", ImageRow::height)
                .atLeast(0),
            Column.<ImageRow>always(
                    "orientation", IntegerType, "EXIF's, 1 to 8", ImageRow::orientation)
                .between(1, 8),
            Column.<ImageRow>always(
                    "focal_length_mm",
                    DoubleType,
                    "EXIF's, of the lens, mm; 0: unknown",
                    ImageRow::focalLengthMm)
                .atLeast(0),
            always(
                "taken_at",
                StringType,
                "EXIF's, local time without a zone; empty: unknown",
                ImageRow::takenAt),
            Column.<ImageRow>maybe("latitude", DoubleType, "GPS, degrees north", ImageRow::latitude)
                .between(-90, 90),
            Column.<ImageRow>maybe(
                    "longitude", DoubleType, "GPS, degrees east", ImageRow::longitude)
                .between(-180, 180),
            maybe("altitude_m", DoubleType, "GPS, m", ImageRow::altitude),
            Column.<ImageRow>always(
                    "sharpness",
                    DoubleType,
                    "Variance of the Laplacian at 512 px; compare within a scene; 0: not decoded",
                    ImageRow::sharpness)
                .atLeast(0),
            always(
                "blurred",
                BooleanType,
                "Much less sharp than the scene's others",
                ImageRow::blurred),
            always(
                "duplicate_of",
                StringType,
                "An earlier photograph it looks like; empty: none",
                ImageRow::duplicateOf),
            maybe(
                "model",
                IntegerType,
                "Sub-model its camera was found in, 0 the scene's own; null: none, or COLMAP wasn't asked",
                ImageRow::model),
            maybe(
                "observations",
                IntegerType,
                "Its features that show a point; null where model is",
                ImageRow::observations),
            Column.<ImageRow>maybe(
                    "camera", StringType, "EXIF's, make and model; null: unknown", ImageRow::camera)
                .since(2)));
  }

  @Override
  public ImageRow toRecord(Row row) {
    return new ImageRow(
        row.getAs("run_id"),
        row.getAs("scene_id"),
        row.getAs("attempt"),
        row.getAs("image"),
        row.getAs("status"),
        row.getAs("reason"),
        row.getAs("bytes"),
        row.getAs("sha256"),
        row.getAs("width"),
        row.getAs("height"),
        row.getAs("orientation"),
        row.getAs("focal_length_mm"),
        row.getAs("taken_at"),
        row.getAs("latitude"),
        row.getAs("longitude"),
        row.getAs("altitude_m"),
        row.getAs("sharpness"),
        row.getAs("blurred"),
        row.getAs("duplicate_of"),
        row.getAs("model"),
        row.getAs("observations"),
        row.getAs("camera"));
  }
}
