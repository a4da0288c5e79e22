package org.splatline.pipeline.stage;

import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.splatline.gpu.format.PlyFormat;
import org.splatline.gpu.format.PlyModel;
import org.splatline.gpu.train.SceneTraining;
import org.splatline.gpu.train.TrainingFigures;
import org.splatline.gpu.train.TrainingPoint;
import org.splatline.pipeline.store.Artifact;
import org.splatline.pipeline.store.Json;
import org.splatline.pipeline.store.LocalFolder;

/** A training's artifact, which also holds the model in its own frame. */
public record TrainedScene(TrainingFigures figures, List<TrainingPoint> curve)
    implements Serializable {
  /** The file of the training curve. */
  static final String CURVE = "training_curve.json";

  private static final String FIGURES = "training.json";
  private static final String MODEL = "model.ply";

  public TrainedScene {
    curve = List.copyOf(curve);
  }

  /** Writes the artifact's files to {@code folder}. */
  void write(SceneTraining.Trained trained, boolean antialiased, Path folder) throws IOException {
    PlyFormat.write(
        new PlyModel(trained.gaussians(), antialiased, Optional.empty()), folder.resolve(MODEL));
    Files.write(folder.resolve(FIGURES), Json.write(figures));
    Files.write(folder.resolve(CURVE), Json.write(curve));
  }

  /** What an earlier run, or another process, kept in the store. */
  static TrainedScene read(Artifact artifact) {
    return new TrainedScene(
        Json.read(artifact.read(FIGURES), TrainingFigures.class),
        List.of(Json.read(artifact.read(CURVE), TrainingPoint[].class)));
  }

  /** The model that is in the store, with the same bits as when it was trained. */
  static SceneTraining.Trained load(Artifact artifact) {
    try (LocalFolder files = artifact.fetch()) {
      return new SceneTraining.Trained(
          PlyFormat.read(files.path().resolve(MODEL)).gaussians(), read(artifact).figures());
    }
  }
}
