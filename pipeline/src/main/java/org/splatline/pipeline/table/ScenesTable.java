package org.splatline.pipeline.table;

import static org.apache.spark.sql.types.DataTypes.DoubleType;
import static org.apache.spark.sql.types.DataTypes.IntegerType;
import static org.apache.spark.sql.types.DataTypes.LongType;
import static org.apache.spark.sql.types.DataTypes.StringType;
import static org.apache.spark.sql.types.DataTypes.TimestampType;
import static org.splatline.pipeline.table.Column.always;
import static org.splatline.pipeline.table.Column.maybe;

import java.util.List;
import java.util.function.Function;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.splatline.gpu.verdict.Verdict;
import org.splatline.pipeline.table.SceneRow.Place;

/** Table {@code scenes}, merged at the end of each run. */
public final class ScenesTable extends Table<SceneRow> {
  ScenesTable() {
    super(
        "scenes",
        "One row a scene: what is known of it over all runs",
        List.of("scene_id"),
        List.of(
            Column.sceneId(SceneRow::sceneId),
            always("source_uri", StringType, "Where it was seen last", SceneRow::sourceUri),
            maybe(
                "fingerprint",
                StringType,
                "sha256 of the photographs' names and contents; null: never ingested",
                SceneRow::fingerprint),
            Column.<SceneRow>maybe(
                    "images_used",
                    IntegerType,
                    "Photographs that can be read",
                    SceneRow::imagesUsed)
                .atLeast(0),
            Column.<SceneRow>maybe("bytes", LongType, "Of its files together, B", SceneRow::bytes)
                .atLeast(0),
            maybe(
                "camera",
                StringType,
                "Make and model that most photographs name; null: none does",
                SceneRow::camera),
            place("latitude_south", "Of the photographs' positions, degrees north", Place::south)
                .between(-90, 90),
            place("latitude_north", "Of the photographs' positions, degrees north", Place::north)
                .between(-90, 90),
            place("longitude_west", "Of the photographs' positions, degrees east", Place::west)
                .between(-180, 180),
            place("longitude_east", "Of the photographs' positions, degrees east", Place::east)
                .between(-180, 180),
            always("first_run_id", StringType, "The run that saw it first", SceneRow::firstRunId),
            always("first_seen_at", TimestampType, "When, UTC", SceneRow::firstSeenAt),
            always("last_run_id", StringType, "The run that saw it last", SceneRow::lastRunId),
            always("last_seen_at", TimestampType, "When that ended, UTC", SceneRow::lastSeenAt),
            Column.<SceneRow>always(
                    "last_verdict",
                    StringType,
                    "OK, or what went wrong last",
                    row -> row.lastVerdict().name())
                .oneOf(Verdict.values()),
            maybe(
                "last_done_run_id",
                StringType,
                "The last run that made a model of it; null: none yet",
                SceneRow::lastDoneRunId),
            maybe("last_done_at", TimestampType, "When, UTC", SceneRow::lastDoneAt),
            Column.<SceneRow>always("runs", IntegerType, "Runs that saw it", SceneRow::runs)
                .atLeast(1)));
  }

  private static Column<SceneRow> place(
      String name, String comment, Function<Place, Double> value) {
    DataType type = DoubleType;
    return maybe(name, type, comment, row -> row.place() == null ? null : value.apply(row.place()));
  }

  @Override
  public SceneRow toRecord(Row row) {
    return new SceneRow(
        row.getAs("scene_id"),
        row.getAs("source_uri"),
        row.getAs("fingerprint"),
        row.getAs("images_used"),
        row.getAs("bytes"),
        row.getAs("camera"),
        row.getAs("latitude_south") == null
            ? null
            : new Place(
                row.getAs("latitude_south"),
                row.getAs("latitude_north"),
                row.getAs("longitude_west"),
                row.getAs("longitude_east")),
        row.getAs("first_run_id"),
        row.getAs("first_seen_at"),
        row.getAs("last_run_id"),
        row.getAs("last_seen_at"),
        Verdict.valueOf(row.getAs("last_verdict")),
        row.getAs("last_done_run_id"),
        row.getAs("last_done_at"),
        row.getAs("runs"));
  }
}
