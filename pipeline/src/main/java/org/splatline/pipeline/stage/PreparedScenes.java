package org.splatline.pipeline.stage;

import java.io.IOException;
import java.io.Serializable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.splatline.gpu.Threads;
import org.splatline.gpu.scene.Scene;
import org.splatline.gpu.scene.SceneReader;
import org.splatline.gpu.train.PreparedScene;
import org.splatline.pipeline.input.SceneSource;
import org.splatline.pipeline.spark.UpcomingScenes;
import org.splatline.pipeline.store.LocalFolder;
import org.splatline.pipeline.store.Store;

/**
 * Scenes fetched and decoded, on an executor. While one trains, the one that will likely come next
 * is made ready by a thread of its own, so that the GPU doesn't wait for photographs.
 */
final class PreparedScenes {
  private static final Logger LOG = LoggerFactory.getLogger(PreparedScenes.class);

  /** The one made ready ahead; null: none. */
  private static Ahead ahead;

  private PreparedScenes() {}

  /** What the driver says may come next. */
  record Order(SceneSource source, TrainSceneJob.TrainScene work) implements Serializable {}

  private record Ahead(String key, CompletableFuture<Prepared> scene) {
    /** Closes it, once it is ready. */
    void drop() {
      var unused = scene.thenAccept(Prepared::close);
    }
  }

  /** A scene with its pictures, and the files behind it, held until closed. */
  record Prepared(PreparedScene scene, LocalFolder files) implements AutoCloseable {
    @Override
    public void close() {
      files.close();
    }
  }

  /** The scene: made ready before, or now. The caller closes it. */
  static Prepared take(SceneSource source, TrainSceneJob.TrainScene work) throws IOException {
    Ahead found;
    synchronized (PreparedScenes.class) {
      found = ahead;
      ahead = null;
    }
    if (found != null && found.key().equals(work.key().hash())) {
      try {
        return found.scene().join();
      } catch (CompletionException e) {
        LOG.info("scene {} couldn't be made ready ahead: again", source.id(), e.getCause());
      }
    } else if (found != null) {
      found.drop();
    }
    return prepare(source, work);
  }

  /** Begins to make ready what comes next, where the driver knows. */
  static void prepareNext(SceneSource begun) {
    Object next = UpcomingScenes.next(begun.runId(), begun.id()).orElse(null);
    if (!(next instanceof Order order)) {
      return;
    }
    synchronized (PreparedScenes.class) {
      if (ahead != null) {
        return;
      }
      CompletableFuture<Prepared> scene = new CompletableFuture<>();
      ahead = new Ahead(order.work().key().hash(), scene);
      Threads.named("splatline-next-" + order.source().id(), () -> fill(scene, order)).start();
    }
  }

  private static void fill(CompletableFuture<Prepared> scene, Order order) {
    try {
      scene.complete(prepare(order.source(), order.work()));
    } catch (Throwable e) { // whoever takes the scene tries again and tells
      scene.completeExceptionally(e);
    }
  }

  private static Prepared prepare(SceneSource source, TrainSceneJob.TrainScene work)
      throws IOException {
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
