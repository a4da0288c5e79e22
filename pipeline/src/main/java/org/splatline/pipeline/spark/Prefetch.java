package org.splatline.pipeline.spark;

import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.splatline.gpu.Threads;

/**
 * Prepares one thing at a time before it is needed, on a thread of its own. A thing that nobody
 * takes is closed. Thread-safe.
 */
public final class Prefetch {
  private static final Logger LOG = LoggerFactory.getLogger(Prefetch.class);

  private Ahead ahead; // null: none

  private record Ahead(String key, CompletableFuture<AutoCloseable> thing) {
    void drop() {
      var unused = thing.thenAccept(Ahead::close);
    }

    private static void close(AutoCloseable thing) {
      try {
        thing.close();
      } catch (Exception e) {
        LOG.warn("Cannot close what was prepared ahead", e);
      }
    }
  }

  /** Starts {@code work}, unless an earlier one is still under way or waits to be taken. */
  public synchronized void start(
      String key, String threadName, Callable<? extends AutoCloseable> work) {
    if (ahead != null) {
      return;
    }
    CompletableFuture<AutoCloseable> thing = new CompletableFuture<>();
    ahead = new Ahead(key, thing);
    Threads.named(threadName, () -> complete(thing, work)).start();
  }

  private static void complete(
      CompletableFuture<AutoCloseable> thing, Callable<? extends AutoCloseable> work) {
    try {
      thing.complete(work.call());
    } catch (Throwable e) { // rethrown where the thing is taken
      thing.completeExceptionally(e);
    }
  }

  /**
   * What was started under {@code key}, ready or not. The caller closes it. A thing under another
   * key is dropped, since its turn has passed.
   */
  public synchronized <T extends AutoCloseable> Optional<CompletableFuture<T>> take(
      String key, Class<T> type) {
    Ahead found = ahead;
    ahead = null;
    if (found == null) {
      return Optional.empty();
    }
    if (!found.key().equals(key)) {
      found.drop();
      return Optional.empty();
    }
    return Optional.of(found.thing().thenApply(type::cast));
  }
}
