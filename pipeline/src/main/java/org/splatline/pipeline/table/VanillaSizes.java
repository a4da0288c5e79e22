package org.splatline.pipeline.table;

import static java.util.stream.Collectors.toMap;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max_by;

import java.util.Map;
import java.util.function.Supplier;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.splatline.gpu.metric.FileScore;
import org.splatline.gpu.metric.SceneMetrics;

/**
 * How large the .ply files are that profile {@code vanilla} made of scenes in earlier runs, with
 * all its steps: of each scene and size of pictures the newest published one. The sizes of other
 * files are compared with them. The tables are read when the first file is. Thread-safe.
 */
public final class VanillaSizes {
  /** Nothing is known. */
  public static final VanillaSizes NONE = new VanillaSizes(Map::of);

  private static final Logger LOG = LoggerFactory.getLogger(VanillaSizes.class);
  private static final int STEPS = 30_000; // of the profile

  private final Supplier<Map<Key, Long>> reader;
  private Map<Key, Long> bytes; // null: not read yet

  private VanillaSizes(Supplier<Map<Key, Long>> reader) {
    this.reader = reader;
  }

  /** Whose scene, which, and the size of its largest training view, px. */
  private record Key(String tenant, String sceneId, int width, int height) {}

  /**
   * Those in the tables.
   *
   * @param versions of the tables; tables that nothing was committed to are not read
   */
  public static VanillaSizes in(Tables tables, Map<String, Long> versions) {
    return versions.get(Tables.MODELS.name()) == 0 ? NONE : new VanillaSizes(() -> read(tables));
  }

  private static Map<Key, Long> read(Tables tables) {
    String[] attempt = {"run_id", "scene_id", "attempt"};
    Dataset<Row> models =
        tables
            .rows(Tables.MODELS)
            .where("format = 'ply'")
            .select("run_id", "scene_id", "attempt", "tenant", "bytes");
    Dataset<Row> newest =
        tables
            .rows(Tables.SCENE_RUNS)
            .where("profile = 'vanilla' AND published AND steps = " + STEPS)
            .select("run_id", "scene_id", "attempt", "width", "height", "ended_at")
            .join(models, attempt)
            .groupBy(coalesce(col("tenant"), lit("")), col("scene_id"), col("width"), col("height"))
            .agg(max_by(col("bytes"), col("ended_at")));
    return newest.collectAsList().stream()
        .collect(
            toMap(
                row -> new Key(row.getString(0), row.getString(1), row.getInt(2), row.getInt(3)),
                row -> row.getLong(4)));
  }

  /**
   * A file of a scene with its ratio, if that is known. Files of vanilla itself have one.
   *
   * @param metrics of the model in the file
   */
  public FileScore beside(String tenant, String sceneId, SceneMetrics metrics, FileScore score) {
    if (score.vanillaRatio() != null) {
      return score;
    }
    Long vanilla = bytes().get(new Key(tenant, sceneId, metrics.width(), metrics.height()));
    return vanilla == null ? score : score.withVanilla(vanilla);
  }

  private synchronized Map<Key, Long> bytes() {
    if (bytes == null) {
      try {
        bytes = reader.get();
      } catch (Exception e) { // Spark throws checked ones, too; a model is worth more than a ratio
        LOG.warn("Cannot read the sizes of vanilla's files: vanilla_ratio is left out", e);
        bytes = Map.of();
      }
    }
    return bytes;
  }
}
