package org.splatline.gpu.colmap;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** A process and all that it started. */
final class ProcessTree {
  private ProcessTree() {}

  /**
   * Asks every process of the tree to end, and kills those that still run after {@code grace}.
   * Returns when none is left. An interrupt ends the grace period and stays set.
   */
  static void destroy(Process root, Duration grace) {
    // Take the handles first: the children of an ended parent can no longer be found.
    List<ProcessHandle> tree =
        Stream.concat(root.descendants(), Stream.of(root.toHandle())).toList();
    tree.forEach(ProcessHandle::destroy);
    CompletableFuture<Void> ended =
        CompletableFuture.allOf(
            tree.stream().map(ProcessHandle::onExit).toArray(CompletableFuture<?>[]::new));
    boolean interrupted = Thread.interrupted();
    try {
      ended.get(interrupted ? 0 : grace.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      tree.forEach(ProcessHandle::destroyForcibly);
    } catch (InterruptedException e) {
      interrupted = true;
      tree.forEach(ProcessHandle::destroyForcibly);
    }
    ended.join();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
