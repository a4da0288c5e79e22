package org.splatline.pipeline.run;

import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.splatline.gpu.Threads;
import org.splatline.pipeline.store.Json;
import org.splatline.pipeline.store.RunFolder;

/** Writes STATUS.json every few seconds, on a thread of its own. {@code status} reads it. */
final class StatusWriter implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StatusWriter.class);
  private static final int EVERY_SECONDS = 5;

  private final RunFolder run;
  private final Supplier<Optional<RunStatus>> status;
  private final CountDownLatch closed = new CountDownLatch(1);

  private StatusWriter(RunFolder run, Supplier<Optional<RunStatus>> status) {
    this.run = run;
    this.status = status;
  }

  /**
   * Writes once before it returns, then again and again until closed.
   *
   * @param status empty: the run is another driver's now, and nothing is written
   */
  static StatusWriter start(RunFolder run, Supplier<Optional<RunStatus>> status) {
    StatusWriter writer = new StatusWriter(run, status);
    writer.write();
    Threads.named("status", writer::work).start();
    return writer;
  }

  private void work() {
    try {
      while (!closed.await(EVERY_SECONDS, TimeUnit.SECONDS)) {
        write();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A failure is only logged: it never ends the run. */
  private void write() {
    try {
      status.get().ifPresent(now -> run.writeStatus(Json.write(now)));
    } catch (RuntimeException e) {
      LOG.warn("Cannot write the run's status", e);
    }
  }

  /** Ends the thread soon, without waiting for it. */
  @Override
  public void close() {
    closed.countDown();
  }
}
