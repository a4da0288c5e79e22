package org.splatline.pipeline.table;

import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.splatline.gpu.config.ConfigException;

/**
 * Repeats a commit that fails, with a limit. A conflict with another writer, a table that was
 * altered meanwhile and a store that refuses requests for a moment are gone at a later try.
 */
public final class CommitRetry {
  private static final Logger LOG = LoggerFactory.getLogger(CommitRetry.class);
  private static final List<Duration> PAUSES =
      List.of(
          Duration.ofSeconds(1),
          Duration.ofSeconds(5),
          Duration.ofSeconds(15),
          Duration.ofSeconds(30),
          Duration.ofSeconds(60));

  private final int tries;
  private final Pause pause;

  /** What happens between two tries. */
  @FunctionalInterface
  public interface Pause {
    /**
     * Waits.
     *
     * @param failures tries that have failed so far, at least 1
     */
    void after(int failures) throws InterruptedException;
  }

  /**
   * @param tries at least 1
   */
  public CommitRetry(int tries, Pause pause) {
    this.tries = tries;
    this.pause = pause;
  }

  /** Six tries within about two minutes. */
  public static CommitRetry standard() {
    return new CommitRetry(
        PAUSES.size() + 1, failures -> Thread.sleep(PAUSES.get(failures - 1).toMillis()));
  }

  /**
   * Runs the commit until it succeeds. The commit continues where an earlier try has failed.
   *
   * @throws IllegalStateException when the last try has failed, or the thread was interrupted; its
   *     message gives the reason
   */
  void run(Runnable commit) {
    run("commit rows", commit);
  }

  /**
   * Runs another commit in the same way.
   *
   * @param what completes "Cannot …" in messages
   * @throws ConfigException at once: another try doesn't help
   */
  void run(String what, Runnable commit) {
    for (int tried = 1; ; tried++) {
      try {
        commit.run();
        return;
      } catch (ConfigException e) {
        throw e;
      } catch (Exception e) { // Spark throws checked exceptions that its methods do not declare
        String because = "Cannot %s, try %d of %d: %s".formatted(what, tried, tries, reason(e));
        LOG.warn("{}", because, e);
        if (tried >= tries || !pauseAfter(tried, e)) {
          throw new IllegalStateException(because, e);
        }
      }
    }
  }

  /** Returns false if the thread was interrupted, before or now. */
  private boolean pauseAfter(int failures, Exception failure) {
    try {
      if (failure instanceof InterruptedException interrupted) {
        throw interrupted;
      }
      pause.after(failures);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static String reason(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause.toString().lines().findFirst().orElse("");
  }
}
