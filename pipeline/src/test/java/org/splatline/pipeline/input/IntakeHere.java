package org.splatline.pipeline.input;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.splatline.pipeline.config.PipelineConfig;
import org.splatline.pipeline.input.IntakeTask.Sequel;

/** What a process of intake does, in this one: for hundreds of files, and without its walls. */
public record IntakeHere(String sceneId, Path source, PipelineConfig config, Path work) {

  /** As {@link IntakeProcess#check}. */
  public Manifest check() throws IOException {
    return run(null, Sequel.NOBODY, folder("check"));
  }

  /** As {@link IntakeProcess#keepWithModel}. */
  public Path keepWithModel(Manifest manifest) throws IOException {
    Path folder = folder("keep");
    run(manifest, Sequel.TRAINER, folder);
    return folder.resolve(IntakeTask.KEPT);
  }

  private Path folder(String name) throws IOException {
    return Files.createDirectory(work.resolve(name));
  }

  private Manifest run(Manifest manifest, Sequel sequel, Path folder) {
    return new IntakeTask(
            sceneId,
            source.toString(),
            config.limits(),
            config.input().photographs(),
            config.input().video(),
            manifest,
            sequel)
        .run(folder)
        .orThrow();
  }
}
