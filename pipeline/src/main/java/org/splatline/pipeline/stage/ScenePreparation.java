package org.splatline.pipeline.stage;

import java.io.IOException;
import java.io.Serializable;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.splatline.gpu.scene.Scene;
import org.splatline.gpu.scene.SceneReader;
import org.splatline.gpu.train.PreparedScene;
import org.splatline.pipeline.input.SceneSource;
import org.splatline.pipeline.spark.SparkJvm;
import org.splatline.pipeline.store.LocalFolder;
import org.splatline.pipeline.store.Store;

/**
 * Fetches and decodes scenes on an executor. While one scene trains, the scene that will probably
 * come next is prepared on a thread of its own, so that the GPU does not wait for photographs.
 */
final class ScenePreparation {
  private static final Logger LOG = LoggerFactory.getLogger(ScenePreparation.class);

  private ScenePreparation() {}

  /** What the driver answers to the question which scene comes next. */
  record Order(SceneSource source, TrainScene work) implements Serializable {}

  /** A scene with its pictures and the files behind it, held until closed. */
  record Prepared(PreparedScene scene, LocalFolder files) implements AutoCloseable {
    @Override
    public void close() {
      files.close();
    }
  }

  /** The scene, prepared earlier or now. The caller closes it. */
  static Prepared take(SceneSource source, TrainScene work) throws IOException {
    Optional<CompletableFuture<Prepared>> ahead =
        SparkJvm.current().prefetch().take(work.key().hash(), Prepared.class);
    if (ahead.isPresent()) {
      try {
        return ahead.get().join();
      } catch (CompletionException e) {
        LOG.info("scene {} could not be prepared ahead: trying again", source.id(), e.getCause());
      }
    }
    return prepare(source, work);
  }

  /** Starts to prepare the scene that comes after {@code current}, if the driver knows one. */
  static void startNext(SceneSource current) {
    SparkJvm jvm = SparkJvm.current();
    Object next = jvm.host().nextScene(current.runId(), current.id()).orElse(null);
    if (next instanceof Order order) {
      jvm.prefetch()
          .start(
              order.work().key().hash(),
              "splatline-next-" + order.source().id(),
              () -> prepare(order.source(), order.work()));
    }
  }

  private static Prepared prepare(SceneSource source, TrainScene work) throws IOException {
    LocalFolder files =
        Store.open(work.storePlace(), SceneWork.hadoop()).find(work.input()).orElseThrow().fetch();
    try {
      Scene scene =
          SceneReader.read(source.id(), files.path(), work.config().train().minPresentShare());
      return new Prepared(PreparedScene.of(scene, work.config()), files);
    } catch (RuntimeException | Error e) {
      files.close();
      throw e;
    }
  }
}
