package org.splatline.pipeline.store;

import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import org.splatline.gpu.Threads;

/** Uploads, downloads or copies, several at a time. */
public final class Transfers {
  /** Enough to hide the latency of requests, and few enough for one connection pool. */
  static final int AT_A_TIME = 8;

  private volatile boolean stopped;

  /**
   * Runs all transfers and returns when none is running any more, so that the caller may delete
   * their folder. The first failure stops the others and is thrown.
   */
  public void run(Collection<? extends Runnable> transfers) {
    ExecutorService threads =
        Threads.pool("transfer", Math.max(1, Math.min(AT_A_TIME, transfers.size())));
    try {
      CompletionService<Void> running = new ExecutorCompletionService<>(threads);
      transfers.forEach(transfer -> running.submit(transfer, null));
      for (int i = 0; i < transfers.size(); i++) {
        running.take().get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UncheckedIOException(
          new InterruptedIOException("interrupted while files were transferred"));
    } catch (ExecutionException e) {
      throw unwrapped(e);
    } finally {
      end(threads);
    }
  }

  /** Whether the transfers are ending, so that none should retry. */
  boolean areStopped() {
    return stopped;
  }

  private static RuntimeException unwrapped(ExecutionException e) {
    if (e.getCause() instanceof Error failure) {
      throw failure;
    }
    return (RuntimeException) e.getCause(); // a Runnable throws nothing else
  }

  private void end(ExecutorService threads) {
    stopped = true;
    threads.shutdownNow();
    boolean interrupted = Thread.interrupted();
    try {
      threads.awaitTermination(1, TimeUnit.MINUTES);
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
