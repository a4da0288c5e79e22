package org.splatline.pipeline.site;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.splatline.gpu.scene.colmap.ColmapModel;
import org.splatline.pipeline.store.Json;
import org.splatline.pipeline.store.LocalFolder;
import org.splatline.pipeline.store.Location;
import org.splatline.pipeline.store.StoredFile;
import org.splatline.pipeline.table.SceneRunRow;

/**
 * The files of a scene's result, on this machine: those of {@code results/<scene>/} if they are of
 * the row's attempt, else those in the attempt's own folder, which has no pictures and no cameras.
 * Whoever opens it closes it.
 *
 * @param metrics metrics.json; missing if the scene has none
 * @param curve curve.json; missing if the scene has none
 */
record SceneResult(LocalFolder folder, List<StoredFile> files, JsonNode metrics, JsonNode curve)
    implements AutoCloseable {
  private static final String METRICS = "metrics.json";
  private static final String CURVE = "curve.json";

  /** The models that the viewer reads, the smallest first. */
  private static final List<String> VIEWABLE =
      List.of("model.sog", "model.spz", "model.compressed.ply", "model.ply");

  /**
   * Empty if the attempt has no model.
   *
   * @param attempt opens the attempt's own folder
   */
  static Optional<SceneResult> open(Location results, Supplier<Location> attempt, SceneRunRow row) {
    if (row.metrics() == null) {
      return Optional.empty();
    }
    Location place = results.at(row.sceneId());
    return Optional.of(of(isOf(place, row) ? place : attempt.get()));
  }

  private static boolean isOf(Location place, SceneRunRow row) {
    return place
        .find(METRICS)
        .map(json -> Json.read(json, JsonNode.class))
        .filter(metrics -> metrics.path("run_id").asText().equals(row.runId()))
        .filter(metrics -> metrics.path("attempt").asInt() == row.attempt())
        .isPresent();
  }

  private static SceneResult of(Location place) {
    List<StoredFile> files =
        place.files().stream().filter(file -> !file.path().equals("index.html")).toList();
    LocalFolder folder = place.fetch();
    try {
      return new SceneResult(folder, files, json(folder, METRICS), json(folder, CURVE));
    } catch (RuntimeException e) {
      folder.close();
      throw e;
    }
  }

  private static JsonNode json(LocalFolder folder, String name) {
    Path file = folder.path().resolve(name);
    return Files.isRegularFile(file)
        ? Json.read(bytes(file), JsonNode.class)
        : MissingNode.getInstance();
  }

  Path path(String file) {
    return folder.path().resolve(file);
  }

  byte[] bytes(StoredFile file) {
    return bytes(path(file.path()));
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + file, e);
    }
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
    return !file.path().endsWith(".spz") || isGzip(path(file.path()));
  }

  private static boolean isGzip(Path file) {
    try (var in = Files.newInputStream(file)) {
      return in.read() == 0x1f && in.read() == 0x8b;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + file, e);
    }
  }

  /** The cameras and points; empty if the result has none. */
  Optional<ColmapModel> cameras() {
    return Optional.of(path("cameras")).filter(ColmapModel::isAt).map(ColmapModel::read);
  }

  @Override
  public void close() {
    folder.close();
  }
}
