package org.splatline.pipeline.run;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.splatline.gpu.Threads;
import org.splatline.pipeline.store.CancelRequests;
import org.splatline.pipeline.store.RunFolder;

/**
 * Checks every second, on a thread of its own, what the run was asked to cancel, and passes each
 * request on once. A failed check is logged; the watch continues. The driver calls {@link
 * RunFolder#clearCancelRequests} before it starts one.
 */
final class CancelWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CancelWatch.class);
  private static final Duration EVERY = Duration.ofSeconds(1);

  /** Receives the requests, on the watch's thread. */
  interface Listener {
    /** The whole run is cancelled. */
    void onCancelAll();

    /** These scenes are cancelled. */
    void onCancel(Set<String> scenes);
  }

  private final RunFolder run;
  private final Duration every;
  private final Listener listener;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Set<String> passedOn = new HashSet<>();
  private boolean allPassedOn;
  private boolean failing;

  private CancelWatch(RunFolder run, Duration every, Listener listener) {
    this.run = run;
    this.every = every;
    this.listener = listener;
  }

  /** Watches until closed. */
  static CancelWatch start(RunFolder run, Listener listener) {
    return start(run, EVERY, listener);
  }

  static CancelWatch start(RunFolder run, Duration every, Listener listener) {
    CancelWatch watch = new CancelWatch(run, every, listener);
    Threads.named("cancel-watch", watch::watch).start();
    return watch;
  }

  private void watch() {
    try {
      while (!closed.await(every.toMillis(), TimeUnit.MILLISECONDS)) {
        check();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void check() {
    try {
      passOn(run.cancelRequests());
      failing = false;
    } catch (RuntimeException e) {
      if (!failing) { // logged once, until it works again
        LOG.warn(
            "Cannot check for requests to cancel in {}. It tries again every second", run.uri(), e);
      }
      failing = true;
    }
  }

  private void passOn(CancelRequests requests) {
    Set<String> scenes = new HashSet<>(requests.scenes());
    scenes.removeAll(passedOn);
    passedOn.addAll(scenes);
    if (requests.all() && !allPassedOn) {
      allPassedOn = true;
      listener.onCancelAll();
    }
    if (!scenes.isEmpty()) {
      listener.onCancel(Set.copyOf(scenes));
    }
  }

  /** Ends the thread soon, without waiting for it. */
  @Override
  public void close() {
    closed.countDown();
  }
}
