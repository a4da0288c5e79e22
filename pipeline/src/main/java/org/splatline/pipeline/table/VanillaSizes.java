package org.splatline.pipeline.table;

import static java.util.stream.Collectors.toMap;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max_by;

import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.splatline.gpu.metric.FileScore;

/**
 * How large the .ply files are that profile {@code vanilla} made of scenes in earlier runs: of each
 * scene the newest published one. The sizes of other files are compared with them.
 *
 * @param bytes by tenant and scene
 */
public record VanillaSizes(Map<Key, Long> bytes) {
  /** Nothing is known. */
  public static final VanillaSizes NONE = new VanillaSizes(Map.of());

  /** Whose scene, and which. */
  public record Key(String tenant, String sceneId) {}

  /**
   * Reads the tables.
   *
   * @param versions of the tables; tables that nothing was committed to are not read
   */
  public static VanillaSizes in(Tables tables, Map<String, Long> versions) {
    if (versions.get(Tables.MODELS.name()) == 0) {
      return NONE;
    }
    String[] attempt = {"run_id", "scene_id", "attempt"};
    Dataset<Row> models = tables.rows(Tables.MODELS).where("format = 'ply'");
    Dataset<Row> newest =
        tables
            .rows(Tables.SCENE_RUNS)
            .where("profile = 'vanilla' AND published")
            .drop("tenant", "bytes")
            .join(models, attempt)
            .groupBy(coalesce(col("tenant"), lit("")), col("scene_id"))
            .agg(max_by(col("bytes"), col("ended_at")));
    return new VanillaSizes(
        newest.collectAsList().stream()
            .collect(
                toMap(row -> new Key(row.getString(0), row.getString(1)), row -> row.getLong(2))));
  }

  /** A file of a scene with its ratio, if that is known. Files of vanilla itself have one. */
  public FileScore beside(String tenant, String sceneId, FileScore score) {
    Long vanilla = bytes.get(new Key(tenant, sceneId));
    return vanilla == null || score.vanillaRatio() != null ? score : score.withVanilla(vanilla);
  }
}
