package org.splatline.pipeline.stage;

import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.splatline.gpu.format.ModelFormats;
import org.splatline.gpu.io.Sha256;
import org.splatline.gpu.metric.FileScore;
import org.splatline.gpu.metric.SceneMetrics;
import org.splatline.gpu.metric.ViewMetrics;
import org.splatline.gpu.train.SceneTraining;
import org.splatline.pipeline.store.Artifact;
import org.splatline.pipeline.store.Json;

/**
 * An evaluation's artifact, which also holds the exported files.
 *
 * @param models the exported files
 */
public record EvaluatedScene(SceneMetrics metrics, List<ViewMetrics> views, List<ModelFile> models)
    implements Serializable {
  private static final String METRICS = "metrics.json";
  static final String VIEWS = "view_metrics.json";
  static final String MODELS = "models.json";

  public EvaluatedScene {
    views = List.copyOf(views);
    models = List.copyOf(models);
  }

  /**
   * One exported file.
   *
   * @param path in the artifact
   * @param sha256 hexadecimal
   */
  public record ModelFile(String format, String path, String sha256, FileScore score)
      implements Serializable {}

  /**
   * Writes what {@link #read} needs, besides the files that evaluation wrote to {@code folder}, and
   * returns it.
   */
  static EvaluatedScene write(SceneTraining.Evaluated evaluated, Path folder) throws IOException {
    Files.write(folder.resolve(VIEWS), Json.write(evaluated.evaluation().views()));
    List<ModelFile> models = new ArrayList<>();
    for (Map.Entry<String, FileScore> score : evaluated.metrics().fileScores().entrySet()) {
      Path file = folder.resolve(score.getKey());
      String format = ModelFormats.nameOf(file).orElseThrow();
      models.add(new ModelFile(format, score.getKey(), Sha256.of(file), score.getValue()));
    }
    Files.write(folder.resolve(MODELS), Json.write(models));
    return new EvaluatedScene(evaluated.metrics(), evaluated.evaluation().views(), models);
  }

  /** What an earlier run, or another process, kept in the store. */
  static EvaluatedScene read(Artifact artifact) {
    return new EvaluatedScene(
        Json.read(artifact.read(METRICS), SceneMetrics.class),
        List.of(Json.read(artifact.read(VIEWS), ViewMetrics[].class)),
        List.of(Json.read(artifact.read(MODELS), ModelFile[].class)));
  }
}
