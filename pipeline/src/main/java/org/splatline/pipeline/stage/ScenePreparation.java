package org.splatline.pipeline.stage;

import java.io.IOException;
import org.splatline.gpu.scene.Scene;
import org.splatline.gpu.scene.SceneReader;
import org.splatline.gpu.train.PreparedScene;
import org.splatline.pipeline.input.SceneSource;
import org.splatline.pipeline.store.LocalFolder;
import org.splatline.pipeline.store.Store;

/** Fetches and decodes scenes on an executor. */
final class ScenePreparation {
  private ScenePreparation() {}

  /** A scene with its pictures and the files behind it, held until closed. */
  record Prepared(PreparedScene scene, LocalFolder files) implements AutoCloseable {
    @Override
    public void close() {
      scene.close();
      files.close();
    }
  }

  /** The scene that {@code work} trains. The caller closes it. */
  static Prepared prepare(SceneSource source, TrainScene work) throws IOException {
    LocalFolder files =
        Store.open(work.storePlace(), SceneWork.hadoop()).find(work.input()).orElseThrow().fetch();
    try {
      Scene scene =
          SceneReader.read(source.id(), files.path(), work.config().train().minPresentShare());
      try (LocalFolder pictures = LocalFolder.temporary("photographs")) {
        return new Prepared(PreparedScene.of(scene, work.config(), pictures.path()), files);
      }
    } catch (RuntimeException | Error e) {
      files.close();
      throw e;
    }
  }
}
