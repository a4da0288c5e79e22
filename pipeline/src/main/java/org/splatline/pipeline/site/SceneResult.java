package org.splatline.pipeline.site;

import static java.util.stream.Collectors.toMap;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.splatline.gpu.scene.colmap.ColmapModel;
import org.splatline.pipeline.store.Artifact;
import org.splatline.pipeline.store.Json;
import org.splatline.pipeline.store.LocalFolder;
import org.splatline.pipeline.store.Location;
import org.splatline.pipeline.store.StoredFile;
import org.splatline.pipeline.table.SceneRunRow;

/**
 * The files of a scene's result: those of {@code results/<scene>/} if they are of the row's
 * attempt, else those in the attempt's own folder, which has no pictures and no cameras.
 *
 * @param files without the page and what was made for it
 * @param metrics metrics.json; missing if the scene has none
 * @param curve curve.json; missing if the scene has none
 */
record SceneResult(Location place, List<StoredFile> files, JsonNode metrics, JsonNode curve) {
  private static final String METRICS = "metrics.json";
  private static final String CURVE = "curve.json";
  private static final String CAMERAS = "cameras";

  /** The models that the viewer reads, the smallest first. */
  private static final List<String> VIEWABLE =
      List.of("model.sog", "model.spz", "model.compressed.ply", "model.ply");

  /**
   * Empty if the attempt has no model.
   *
   * @param model opens the folder with the attempt's model: {@link Artifact#modelOf}
   */
  static Optional<SceneResult> open(Location results, Supplier<Location> model, SceneRunRow row) {
    if (row.metrics() == null) {
      return Optional.empty();
    }
    Location place = results.at(row.sceneId());
    return Optional.of(
        json(place, METRICS)
            .filter(metrics -> isOf(metrics, row))
            .map(metrics -> of(place, place.files(), metrics))
            .orElseGet(() -> of(model.get())));
  }

  private static boolean isOf(JsonNode metrics, SceneRunRow row) {
    return metrics.path("run_id").asText().equals(row.runId())
        && metrics.path("attempt").asInt() == row.attempt();
  }

  /** Of the model alone: a page shows pictures and cameras only of a scene's results. */
  private static SceneResult of(Location model) {
    return of(
        model,
        model.files().stream().filter(file -> !file.path().contains("/")).toList(),
        json(model, METRICS).orElseGet(MissingNode::getInstance));
  }

  static SceneResult of(Location place, List<StoredFile> files, JsonNode metrics) {
    return new SceneResult(
        place,
        files.stream().filter(file -> !SceneFiles.NAMES.contains(file.path())).toList(),
        metrics,
        json(place, CURVE).orElseGet(MissingNode::getInstance));
  }

  private static Optional<JsonNode> json(Location place, String name) {
    return place.find(name).map(json -> Json.read(json, JsonNode.class, place.uri(name)));
  }

  byte[] bytes(StoredFile file) {
    return place.read(file.path());
  }

  /** Copies all files, and replaces earlier ones. */
  void copyTo(Location target) {
    place.copy(
        files.stream().map(StoredFile::path).collect(toMap(path -> path, path -> path)), target);
  }

  /** The file that the viewer shows. */
  Optional<StoredFile> model() {
    return VIEWABLE.stream().flatMap(name -> find(name).stream()).filter(this::opens).findFirst();
  }

  Optional<StoredFile> find(String path) {
    return files.stream().filter(file -> file.path().equals(path)).findFirst();
  }

  /** Renders and photographs of the held-out views. */
  List<StoredFile> pictures() {
    return files.stream()
        .filter(
            file -> file.path().startsWith("renders/") || file.path().startsWith("photographs/"))
        .toList();
  }

  /** The viewer reads .spz up to version 3, which is one gzip stream. */
  private boolean opens(StoredFile file) {
    return !file.path().endsWith(".spz") || isGzip(bytes(file));
  }

  private static boolean isGzip(byte[] file) {
    return file.length > 1 && file[0] == 0x1f && file[1] == (byte) 0x8b;
  }

  /** The cameras and points; empty if the result has none. */
  Optional<ColmapModel> cameras() {
    if (files.stream().noneMatch(file -> file.path().startsWith(CAMERAS + "/"))) {
      return Optional.empty();
    }
    try (LocalFolder folder = place.at(CAMERAS).fetch()) {
      return Optional.of(folder.path()).filter(ColmapModel::isAt).map(ColmapModel::read);
    }
  }
}
