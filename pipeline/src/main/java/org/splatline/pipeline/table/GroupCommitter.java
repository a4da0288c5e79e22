package org.splatline.pipeline.table;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.splatline.gpu.Threads;

/**
 * Gathers scenes' rows and commits them in groups, by a thread of its own: a Delta commit takes a
 * second, and thousands of scenes must not make thousands. A small run's rows are committed as they
 * come. What isn't committed when the driver dies lies in RESULT.json or OUTCOME.json and is
 * committed by the next invocation. Thread-safe.
 */
public final class GroupCommitter implements AutoCloseable {
  private static final int MOST_SCENES = 100;
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);
  private static final int SMALL_RUN = 20;

  private final Committer committer;
  private final long waitNanos;
  private final Thread thread = Threads.named("committer", this::work);
  private final List<Group> waiting = new ArrayList<>();
  private long oldestNanos;
  private boolean committing;
  private boolean closed;
  private RuntimeException failure;

  private GroupCommitter(Committer committer, Duration wait) {
    this.committer = committer;
    this.waitNanos = wait.toNanos();
  }

  /** For a run of so many scenes; the caller closes it. */
  public static GroupCommitter start(Committer committer, int scenes) {
    GroupCommitter groups =
        new GroupCommitter(committer, scenes <= SMALL_RUN ? Duration.ZERO : LONGEST_WAIT);
    groups.thread.start();
    return groups;
  }

  /** Hands over a scene's rows. Throws what an earlier commit failed with. */
  public synchronized void add(Group rows) {
    throwFailure();
    if (waiting.isEmpty()) {
      oldestNanos = System.nanoTime();
    }
    waiting.add(rows);
    notifyAll();
  }

  /** Waits until all rows handed over are committed. Throws what a commit failed with. */
  public synchronized void flush() {
    oldestNanos = System.nanoTime() - waitNanos;
    notifyAll();
    while (failure == null && (committing || !waiting.isEmpty())) {
      try {
        wait();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("Cannot wait for rows to be committed: interrupted", e);
      }
    }
    throwFailure();
  }

  private void throwFailure() {
    if (failure != null) {
      throw new IllegalStateException(failure.getMessage(), failure);
    }
  }

  private void work() {
    try {
      for (List<Group> next = take(); !next.isEmpty(); next = take()) {
        committer.commit(Group.of(next));
        done(null);
      }
    } catch (InterruptedException e) {
      done(new IllegalStateException("Cannot commit rows: interrupted", e));
    } catch (RuntimeException e) {
      done(e);
    }
  }

  private synchronized void done(RuntimeException thrown) {
    committing = false;
    failure = thrown;
    notifyAll();
  }

  /** What is due, at most {@link #MOST_SCENES}; empty when closed and nothing is left. */
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
    List<Group> due = waiting.subList(0, Math.min(MOST_SCENES, waiting.size()));
    List<Group> taken = List.copyOf(due);
    due.clear();
    committing = true;
    return taken;
  }

  private boolean isDue() {
    return !waiting.isEmpty()
        && (closed
            || waiting.size() >= MOST_SCENES
            || System.nanoTime() - oldestNanos >= waitNanos);
  }

  /**
   * Commits what is left; a failure was thrown by {@link #flush}, or is by the next run's start.
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
