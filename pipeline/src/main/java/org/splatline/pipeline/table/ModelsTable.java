package org.splatline.pipeline.table;

import static org.apache.spark.sql.types.DataTypes.IntegerType;
import static org.apache.spark.sql.types.DataTypes.LongType;
import static org.apache.spark.sql.types.DataTypes.StringType;
import static org.splatline.pipeline.table.Column.always;

import java.util.List;
import org.apache.spark.sql.Row;

/** Table {@code models}. */
public final class ModelsTable extends Table<ModelRow> {
  ModelsTable() {
    super(
        "models",
        "One row an exported file of a trained scene",
        List.of("run_id", "scene_id", "attempt", "format"),
        List.of(
            Column.runId(ModelRow::runId),
            Column.sceneId(ModelRow::sceneId),
            Column.attempt(ModelRow::attempt),
            always("format", StringType, "File format, as in ply", ModelRow::format),
            always("uri", StringType, "Where the file is", ModelRow::uri),
            Column.<ModelRow>always("bytes", LongType, "Size of the file", ModelRow::bytes)
                .atLeast(0),
            always("sha256", StringType, "Of the file, hexadecimal", ModelRow::sha256),
            Column.<ModelRow>always(
                    "gaussians", IntegerType, "Gaussians in it", ModelRow::gaussians)
                .atLeast(0)));
  }

  @Override
  public ModelRow toRecord(Row row) {
    return new ModelRow(
        row.getAs("run_id"),
        row.getAs("scene_id"),
        row.getAs("attempt"),
        row.getAs("format"),
        row.getAs("uri"),
        row.getAs("bytes"),
        row.getAs("sha256"),
        row.getAs("gaussians"));
  }
}
