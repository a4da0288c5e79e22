package org.splatline.pipeline.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.util.ShutdownHookManager;

/**
 * Turns Ctrl-C or SIGTERM into an orderly stop. The work is asked to stop and gets a minute to
 * write its summary. Then the JVM ends with the exit code of the work, not with the signal's. Hooks
 * run by priority: this one first, then those of Spark and Hadoop.
 */
final class StopSignal implements AutoCloseable {
  private static final int BEFORE_SPARK = 1000;
  private static final int AFTER_ALL = 0;
  private static final int STOP_SECONDS = 60;

  private final CountDownLatch ended = new CountDownLatch(1);
  private final Runnable first = this::stopAndWait;
  private final Runnable last = this::end;
  private Runnable stop = () -> {};
  private boolean arrived;
  private volatile int code = 130; // what a shell returns for an interrupted program

  private StopSignal() {}

  /** Waits for a signal until closed. */
  static StopSignal open() {
    StopSignal signal = new StopSignal();
    ShutdownHookManager hooks = ShutdownHookManager.get();
    hooks.addShutdownHook(signal.first, BEFORE_SPARK, STOP_SECONDS, TimeUnit.SECONDS);
    hooks.addShutdownHook(
        signal.last, AFTER_ALL); // a hook cannot be added once a signal has arrived
    return signal;
  }

  /** Runs {@code work} when the signal arrives, or now if it has arrived. */
  synchronized void onArrival(Runnable work) {
    stop = work;
    if (arrived) {
      work.run();
    }
  }

  synchronized boolean hasArrived() {
    return arrived;
  }

  private void stopAndWait() {
    System.err.println("Stopping …");
    arrive();
    try {
      ended.await(STOP_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  synchronized void arrive() {
    arrived = true;
    stop.run();
  }

  /** A hook can only set the exit code by ending the JVM. */
  private void end() {
    Runtime.getRuntime().halt(code);
  }

  /** Sets the exit code for a JVM that a signal ends; returns it. */
  int exitCode(int value) {
    code = value;
    return value;
  }

  @Override
  public void close() {
    ended.countDown();
    if (!ShutdownHookManager.get().isShutdownInProgress()) {
      ShutdownHookManager.get().removeShutdownHook(first);
      ShutdownHookManager.get().removeShutdownHook(last);
    }
  }
}
