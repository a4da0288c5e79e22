package org.splatline.pipeline.table;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.splatline.gpu.Threads;

/**
 * Collects the rows of scenes and commits them in groups, in a thread of its own. Each commit takes
 * a second, a file and a version of each table, so a run of thousands of scenes makes few; a small
 * run commits each scene at once. Rows that aren't committed when the driver dies are in
 * RESULT.json or OUTCOME.json, and the next invocation commits them. A commit that fails for good
 * ends the thread, and whoever started it is told at once. Thread-safe.
 */
public final class GroupCommitter implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(GroupCommitter.class);
  private static final int SMALL_RUN = 20; // scenes
  private static final int CHECK_MILLIS = 1000;

  /** About 100 MiB of the driver's heap. */
  private static final int MAX_ROWS = 100_000;

  private final Committer committer;
  private final long waitNanos;
  private final int maxScenes;
  private final Consumer<String> onFailure;
  private final Thread thread = Threads.named("committer", this::work);
  private final List<Group> waiting = new ArrayList<>();
  private long waitingRows;
  private long oldestNanos;
  private boolean committing;
  private boolean closed;
  private Throwable failure; // null: none

  private GroupCommitter(
      Committer committer, Duration wait, int maxScenes, Consumer<String> onFailure) {
    this.committer = committer;
    this.waitNanos = wait.toNanos();
    this.maxScenes = maxScenes;
    this.onFailure = onFailure;
  }

  /**
   * Starts the committer of a run with this many scenes. The caller closes it.
   *
   * @param every longest time that rows wait for others; a small run's don't wait
   * @param maxScenes rows of this many scenes don't wait
   * @param onFailure receives the reason, once and on the committer's thread, when a commit failed
   *     for good: no later row will be committed
   */
  public static GroupCommitter start(
      Committer committer, int scenes, Duration every, int maxScenes, Consumer<String> onFailure) {
    Duration wait = scenes <= SMALL_RUN ? Duration.ZERO : every;
    GroupCommitter groups = new GroupCommitter(committer, wait, maxScenes, onFailure);
    groups.thread.start();
    return groups;
  }

  /** Adds a scene's rows. Throws if an earlier commit failed. */
  public synchronized void add(Group rows) {
    throwFailure();
    if (waiting.isEmpty()) {
      oldestNanos = System.nanoTime();
    }
    waiting.add(rows);
    waitingRows += rows.rows();
    notifyAll();
  }

  /** Waits until all added rows are committed. Throws if a commit failed, or the thread is gone. */
  public synchronized void flush() {
    oldestNanos = System.nanoTime() - waitNanos;
    notifyAll();
    while (failure == null && (committing || !waiting.isEmpty())) {
      if (!thread.isAlive()) {
        throw new IllegalStateException("Cannot commit rows: the committer's thread is gone");
      }
      try {
        wait(CHECK_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("Cannot commit rows: interrupted", e);
      }
    }
    throwFailure();
  }

  private void throwFailure() {
    if (failure != null) {
      throw new IllegalStateException(reason(failure), failure);
    }
  }

  private static String reason(Throwable failure) {
    return failure instanceof IllegalStateException
        ? failure.getMessage()
        : "Cannot commit rows: " + failure;
  }

  private void work() {
    try {
      for (List<Group> next = take(); !next.isEmpty(); next = take()) {
        committer.commit(Group.of(next));
        done(null);
      }
    } catch (Throwable e) { // whatever it is, others wait for this thread
      done(e);
      LOG.error("Rows are no longer committed", e);
      onFailure.accept(reason(e));
    }
  }

  private synchronized void done(Throwable thrown) {
    committing = false;
    failure = thrown;
    notifyAll();
  }

  /**
   * Waits for rows that are due, at most those of {@link #maxScenes} and, but for the last scene's,
   * {@link #MAX_ROWS}; empty when closed and done.
   */
  private synchronized List<Group> take() throws InterruptedException {
    while (!isDue()) {
      if (closed && waiting.isEmpty()) {
        return List.of();
      }
      if (waiting.isEmpty()) {
        wait();
      } else {
        wait(Math.max(1, (waitNanos - (System.nanoTime() - oldestNanos)) / 1_000_000));
      }
    }
    int scenes = 0;
    for (long rows = 0; scenes < Math.min(maxScenes, waiting.size()) && rows < MAX_ROWS; scenes++) {
      rows += waiting.get(scenes).rows();
    }
    List<Group> due = waiting.subList(0, scenes);
    List<Group> taken = List.copyOf(due);
    due.clear();
    taken.forEach(group -> waitingRows -= group.rows());
    committing = true;
    return taken;
  }

  private boolean isDue() {
    return !waiting.isEmpty()
        && (closed
            || waiting.size() >= maxScenes
            || waitingRows >= MAX_ROWS
            || System.nanoTime() - oldestNanos >= waitNanos);
  }

  /**
   * Commits the remaining rows. It doesn't throw if that fails: {@link #flush} does, and the next
   * invocation commits these rows.
   */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
