package org.splatline.pipeline.stage;

import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.Optional;
import org.splatline.gpu.media.VideoConfig;
import org.splatline.pipeline.input.IntakeProcess;
import org.splatline.pipeline.input.LimitsConfig;
import org.splatline.pipeline.input.Manifest;
import org.splatline.pipeline.input.SceneInput;
import org.splatline.pipeline.input.SceneSource;
import org.splatline.pipeline.store.Artifact;
import org.splatline.pipeline.store.ContentKey;
import org.splatline.pipeline.store.LocalFolder;
import org.splatline.pipeline.store.Location;
import org.splatline.pipeline.store.Place;
import org.splatline.pipeline.store.Store;

/**
 * What a task needs to fetch a scene's usable files and to keep the scene folder that it makes.
 *
 * @param store where the artifact goes
 * @param ingested the artifact with the photographs that ingest made
 * @param manifest which files are used
 * @param video whose limits the process of intake has
 */
record SceneFiles(
    Place store,
    ContentKey key,
    ContentKey ingested,
    Manifest manifest,
    LimitsConfig limits,
    VideoConfig video)
    implements Serializable {

  /**
   * A scene's files where they were uploaded, read with this JVM's Hadoop settings. Throws if
   * refused.
   */
  static SceneInput input(SceneSource scene) {
    scene.requireAllowed();
    return new SceneInput(scene.id(), Location.open(scene.place(), SceneWork.hadoop()));
  }

  /** The usable photographs as COLMAP gets them. The caller closes the folder. */
  LocalFolder forColmap(SceneSource scene) throws IOException, InterruptedException {
    return kept(scene, IntakeProcess::keepForColmap);
  }

  /** The usable photographs and the model that the scene brings. The caller closes the folder. */
  LocalFolder withModel(SceneSource scene) throws IOException, InterruptedException {
    return kept(scene, IntakeProcess::keepWithModel);
  }

  private interface Keeping {
    void run(IntakeProcess process, Path source, Manifest part, Path target)
        throws IOException, InterruptedException;
  }

  private LocalFolder kept(SceneSource scene, Keeping keeping)
      throws IOException, InterruptedException {
    LocalFolder usable = LocalFolder.temporary("photographs");
    IntakeProcess process = new IntakeProcess(scene.id(), limits, video);
    Manifest made = manifest.partMade();
    Manifest uploaded = manifest.partUploaded();
    try {
      if (!made.used().isEmpty()) {
        Store artifacts = Store.open(store, SceneWork.hadoop());
        try (LocalFolder source = artifacts.find(ingested).orElseThrow().fetch()) {
          keeping.run(process, source.path().resolve(Manifest.MADE), made, usable.path());
        }
      }
      if (!uploaded.used().isEmpty()) {
        try (SceneInput.Upload source = input(scene).fetch(limits)) {
          keeping.run(process, source.path(), uploaded, usable.path());
        }
      }
      return usable;
    } catch (IOException | InterruptedException | RuntimeException e) {
      usable.close();
      throw e;
    }
  }

  /**
   * Aligns a scene folder to the earth where that is possible, then keeps it.
   *
   * @return the files of another writer that was first; empty: {@code folder}'s files are kept
   */
  Optional<Artifact> keep(SceneSource scene, Path folder) throws IOException {
    Georeferencing.align(scene, folder, manifest);
    return Store.open(store, SceneWork.hadoop()).keep(key, folder);
  }
}
