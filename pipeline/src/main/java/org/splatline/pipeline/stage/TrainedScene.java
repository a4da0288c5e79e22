package org.splatline.pipeline.stage;

import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.splatline.gpu.io.Sha256;
import org.splatline.gpu.metric.SceneMetrics;
import org.splatline.gpu.metric.ViewMetrics;
import org.splatline.gpu.train.SceneTraining;
import org.splatline.gpu.train.TrainingPoint;
import org.splatline.pipeline.store.Artifact;
import org.splatline.pipeline.store.Json;

/**
 * The figures of a training's artefact.
 *
 * @param models the exported files
 */
public record TrainedScene(
    SceneMetrics metrics,
    List<TrainingPoint> curve,
    List<ViewMetrics> views,
    List<ModelFile> models)
    implements Serializable {
  private static final String METRICS = "metrics.json";
  private static final String CURVE = "training_curve.json";
  private static final String VIEWS = "view_metrics.json";
  private static final String MODELS = "models.json";

  public TrainedScene {
    curve = List.copyOf(curve);
    views = List.copyOf(views);
    models = List.copyOf(models);
  }

  /**
   * One exported file.
   *
   * @param path in the artefact
   * @param sha256 hexadecimal
   */
  public record ModelFile(String format, String path, long bytes, String sha256)
      implements Serializable {}

  /**
   * Writes what {@link #read} needs, besides the files that training wrote to {@code folder}, and
   * returns it.
   */
  static TrainedScene write(SceneTraining.Outcome outcome, Path folder) throws IOException {
    Files.write(folder.resolve(CURVE), Json.write(outcome.training().curve()));
    Files.write(folder.resolve(VIEWS), Json.write(outcome.evaluation().views()));
    List<ModelFile> models = new ArrayList<>();
    for (String path : outcome.metrics().files().keySet()) {
      Path file = folder.resolve(path);
      String format = path.substring(path.lastIndexOf('.') + 1);
      models.add(new ModelFile(format, path, Files.size(file), Sha256.of(file)));
    }
    Files.write(folder.resolve(MODELS), Json.write(models));
    return new TrainedScene(
        outcome.metrics(), outcome.training().curve(), outcome.evaluation().views(), models);
  }

  /** What an earlier run, or another process, kept in the store. */
  static TrainedScene read(Artifact artifact) {
    return new TrainedScene(
        Json.read(artifact.read(METRICS), SceneMetrics.class),
        List.of(Json.read(artifact.read(CURVE), TrainingPoint[].class)),
        List.of(Json.read(artifact.read(VIEWS), ViewMetrics[].class)),
        List.of(Json.read(artifact.read(MODELS), ModelFile[].class)));
  }
}
