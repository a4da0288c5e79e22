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
 * Looks every second for what the run was asked to cancel, on a thread of its own, and tells each
 * request once. What fails is logged, and it goes on looking. The driver calls {@link
 * RunFolder#clearCancelRequests} before it starts one.
 */
public final class CancelWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CancelWatch.class);
  private static final Duration EVERY = Duration.ofSeconds(1);

  /** Who is told; called on the watch's thread. */
  public interface Listener {
    /** The whole run is to stop. */
    void onCancelAll();

    /** These scenes are to be given up. */
    void onCancel(Set<String> scenes);
  }

  private final RunFolder run;
  private final Duration every;
  private final Listener listener;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Set<String> told = new HashSet<>();
  private boolean toldAll;
  private boolean failing;

  private CancelWatch(RunFolder run, Duration every, Listener listener) {
    this.run = run;
    this.every = every;
    this.listener = listener;
  }

  /** Watches until closed. */
  public static CancelWatch start(RunFolder run, Listener listener) {
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
        look();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void look() {
    try {
      tell(run.cancelRequests());
      failing = false;
    } catch (RuntimeException e) {
      if (!failing) { // once, until it works again
        LOG.warn("Cannot look for requests to cancel in {}; goes on trying", run.uri(), e);
      }
      failing = true;
    }
  }

  private void tell(CancelRequests requests) {
    Set<String> scenes = new HashSet<>(requests.scenes());
    scenes.removeAll(told);
    told.addAll(scenes);
    if (requests.all() && !toldAll) {
      toldAll = true;
      listener.onCancelAll();
    }
    if (!scenes.isEmpty()) {
      listener.onCancel(Set.copyOf(scenes));
    }
  }

  /** Ends the thread soon; doesn't wait for it. */
  @Override
  public void close() {
    closed.countDown();
  }
}
