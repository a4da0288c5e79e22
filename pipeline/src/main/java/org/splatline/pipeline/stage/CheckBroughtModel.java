package org.splatline.pipeline.stage;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.splatline.pipeline.config.Stage;
import org.splatline.pipeline.input.SceneSource;
import org.splatline.pipeline.store.Artifact;
import org.splatline.pipeline.store.LocalFolder;

/** The task's work on a scene that brings its cameras. */
record CheckBroughtModel(SceneFiles files, BroughtModel model) implements SceneWork<Reconstructed> {
  @Override
  public TaskOutcome<Reconstructed> work(SceneSource scene)
      throws IOException, InterruptedException {
    SceneWork.show(scene, Stage.SFM, "sfm: uses the model it brings");
    try (LocalFolder brought = files.withModel(scene);
        LocalFolder work = LocalFolder.temporary(Stage.SFM.word())) {
      Path pinhole =
          model.checked(
              scene,
              brought.path(),
              work.path().resolve("scene"),
              line -> SceneWork.show(scene, Stage.SFM, "sfm " + line.strip()));
      Optional<Artifact> other = files.keep(scene, pinhole);
      return TaskOutcome.done(
          other.isPresent() ? Reconstructed.read(other.get()) : Reconstructed.brought(pinhole));
    }
  }
}
