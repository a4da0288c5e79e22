package org.splatline.pipeline.stage;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.splatline.gpu.metric.SceneMetrics;
import org.splatline.gpu.metric.ViewMetrics;
import org.splatline.gpu.scene.SceneReader;
import org.splatline.pipeline.site.ResultPage;
import org.splatline.pipeline.site.RunSetup;
import org.splatline.pipeline.store.Artifact;
import org.splatline.pipeline.store.Json;
import org.splatline.pipeline.store.Location;
import org.splatline.pipeline.table.SceneRunRow;

/**
 * The folder with a scene's results: docs/results-folder.md.
 *
 * @param reconstructed the artifact with the scene's folder
 * @param evaluated the artifact with the model's files
 */
public record ResultFiles(Artifact reconstructed, TrainedScene trained, Artifact evaluated) {
  /** The file that is written last. */
  public static final String METRICS = "metrics.json";

  static final String CAMERAS = "cameras";
  static final String SPARSE = "sparse/0";
  static final List<String> BINARY_CAMERAS = List.of("cameras.bin", "images.bin", "points3D.bin");

  private static final String CURVE = "curve.json";
  private static final Set<String> WORKING_FILES =
      Set.of(METRICS, EvaluatedScene.VIEWS, EvaluatedScene.MODELS);

  /**
   * Writes all files, {@link #METRICS} last, and returns their paths.
   *
   * @param row of the attempt whose results these are
   */
  Set<String> writeTo(Location folder, RunSetup setup, SceneRunRow row) {
    Map<String, Long> sizes = new TreeMap<>();
    copy(evaluated, ofEvaluation(), folder, sizes);
    copy(reconstructed, ofReconstruction(), folder, sizes);
    EvaluatedScene evaluation = EvaluatedScene.read(evaluated);
    byte[] curve = Json.write(curve(evaluation.metrics()));
    folder.write(CURVE, curve);
    sizes.put(CURVE, (long) curve.length);
    ObjectNode metrics = metrics(evaluation, row);
    if (ResultPage.isBuilt()) {
      sizes.putAll(ResultPage.write(folder, setup, row, metrics, sizes));
    }
    metrics.putPOJO("files", sizes);
    folder.write(METRICS, Json.write(metrics));
    Set<String> written = new TreeSet<>(sizes.keySet());
    written.add(METRICS);
    return written;
  }

  private static void copy(
      Artifact from, Map<String, String> paths, Location folder, Map<String, Long> sizes) {
    from.copyTo(folder, paths);
    paths.forEach((path, target) -> sizes.put(target, from.files().get(path)));
  }

  private Map<String, String> ofEvaluation() {
    Map<String, String> paths = new TreeMap<>();
    for (String path : evaluated.files().keySet()) {
      if (!WORKING_FILES.contains(path)) {
        paths.put(path, path);
      }
    }
    return paths;
  }

  private Map<String, String> ofReconstruction() {
    Map<String, String> paths = new TreeMap<>();
    for (String name : BINARY_CAMERAS) {
      String target = CAMERAS + "/" + name;
      if (!evaluated.files().containsKey(target)) {
        paths.put(SPARSE + "/" + name, target);
      }
    }
    if (reconstructed.files().containsKey(SceneReader.ALIGNMENT)) {
      paths.put(SceneReader.ALIGNMENT, SceneReader.ALIGNMENT);
    }
    return paths;
  }

  private List<Map<String, Object>> curve(SceneMetrics metrics) {
    List<Map<String, Object>> points = new ArrayList<>();
    trained
        .curve()
        .forEach(
            point -> {
              Map<String, Object> line = new LinkedHashMap<>();
              line.put("step", point.step());
              line.put("phase", point.phase());
              line.put("loss", point.loss());
              line.put("psnr", point.trainPsnr());
              line.put("gaussians", point.gaussians());
              line.put("width", Math.round(metrics.width() * point.scale()));
              line.put("height", Math.round(metrics.height() * point.scale()));
              line.put("device_bytes", point.deviceBytes());
              line.put("seconds", point.seconds());
              points.add(line);
            });
    return points;
  }

  /** Without the sizes of the files. */
  private static ObjectNode metrics(EvaluatedScene evaluation, SceneRunRow row) {
    ObjectNode json = Json.read(Json.write(evaluation.metrics()), ObjectNode.class);
    json.put("scene_id", row.sceneId());
    json.put("run_id", row.runId());
    json.put("attempt", row.attempt());
    json.put("verdict", row.verdict().name());
    json.put("verdict_detail", row.verdictDetail());
    List<Map<String, Object>> views = new ArrayList<>();
    evaluation.views().forEach(view -> views.add(view(view)));
    json.set("views", Json.read(Json.write(views), ArrayNode.class));
    return json;
  }

  private static Map<String, Object> view(ViewMetrics view) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("name", view.view());
    line.put("psnr", view.psnr());
    line.put("ssim", view.ssim());
    line.put("lpips", view.lpips());
    line.put("width", view.width());
    line.put("height", view.height());
    line.put("render", ResultPictures.path(ResultPictures.RENDERS, view.view()));
    line.put("photograph", ResultPictures.path(ResultPictures.PHOTOGRAPHS, view.view()));
    return line;
  }
}
