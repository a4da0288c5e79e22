package org.splatline.pipeline.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.util.ShutdownHookManager;

/**
 * Turns Ctrl-C or SIGTERM into an orderly stop: the work is told, gets a while to write its
 * summary, and the JVM ends with the code it returns instead of the signal's. Hooks run by
 * priority: this first, then Spark's and Hadoop's.
 */
final class StopSignal implements AutoCloseable {
  private static final int BEFORE_SPARK = 1000;
  private static final int AFTER_ALL = 0;
  private static final int PATIENCE_SECONDS = 60;

  private final Runnable stop;
  private final CountDownLatch ended = new CountDownLatch(1);
  private final Runnable first = this::stopAndWait;
  private final Runnable last = this::end;
  private volatile int code = 130; // as the shell has it for an interrupted program

  private StopSignal(Runnable stop) {
    this.stop = stop;
  }

  /** Until closed, a signal runs {@code stop}. */
  static StopSignal onInterrupt(Runnable stop) {
    StopSignal signal = new StopSignal(stop);
    ShutdownHookManager hooks = ShutdownHookManager.get();
    hooks.addShutdownHook(signal.first, BEFORE_SPARK, PATIENCE_SECONDS, TimeUnit.SECONDS);
    hooks.addShutdownHook(signal.last, AFTER_ALL); // too late once a signal has come
    return signal;
  }

  private void stopAndWait() {
    System.err.println("Stopping …");
    stop.run();
    try {
      ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A hook can't choose the exit code but by ending the JVM. */
  private void end() {
    Runtime.getRuntime().halt(code);
  }

  /** Notes and returns the code to end with. */
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
