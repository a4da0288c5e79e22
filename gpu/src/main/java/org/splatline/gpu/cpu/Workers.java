package org.splatline.gpu.cpu;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.splatline.gpu.Threads;

/**
 * Threads that share loops. The thread that runs a range changes from run to run. A body therefore
 * writes only what belongs to its range: results are then the same for any number of threads.
 */
final class Workers implements AutoCloseable {
  /** A piece of a loop: {@code [from, until)}. */
  interface Body {
    void run(int from, int until);
  }

  private final int threads;
  private final ExecutorService pool;

  Workers(int threads) {
    this.threads = threads;
    this.pool = Threads.pool("splat-worker", Math.max(1, threads - 1));
  }

  int threads() {
    return threads;
  }

  /**
   * Runs {@code body} over {@code [0, count)} in ranges of {@code grain}. Returns when all ranges
   * are done.
   */
  void loop(int count, int grain, Body body) {
    int ranges = (count + grain - 1) / grain;
    AtomicInteger next = new AtomicInteger();
    Runnable share =
        () -> {
          for (int i = next.getAndIncrement(); i < ranges; i = next.getAndIncrement()) {
            body.run(i * grain, Math.min(count, (i + 1) * grain));
          }
        };
    List<Future<?>> helpers = new ArrayList<>();
    for (int i = 1; i < Math.min(threads, ranges); i++) {
      helpers.add(pool.submit(share));
    }
    share.run();
    for (Future<?> helper : helpers) {
      await(helper);
    }
  }

  private static void await(Future<?> helper) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          helper.get();
          return;
        } catch (InterruptedException e) {
          interrupted = true; // the loop's arrays are in use until every helper is done
        } catch (ExecutionException e) {
          throw new IllegalStateException("Cannot finish a parallel loop", e.getCause());
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public void close() {
    pool.shutdownNow();
  }
}
