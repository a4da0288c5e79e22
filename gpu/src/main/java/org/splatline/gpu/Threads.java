package org.splatline.gpu;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes every thread of the product. Each one has a name, is a daemon, and logs an exception that
 * its work does not catch. Whoever makes a pool shuts it down.
 */
public final class Threads {
  private static final Logger LOG = LoggerFactory.getLogger(Threads.class);

  private Threads() {}

  /** A thread that is not started yet. It may also serve as a shutdown hook. */
  public static Thread named(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.setUncaughtExceptionHandler(Threads::logEscaped);
    return thread;
  }

  /** A pool of at most {@code size} threads. They are called {@code name-1}, {@code name-2} … */
  public static ExecutorService pool(String name, int size) {
    return Executors.newFixedThreadPool(size, factory(name));
  }

  /** A scheduler with one thread. */
  public static ScheduledExecutorService scheduler(String name) {
    return Executors.newSingleThreadScheduledExecutor(factory(name));
  }

  private static ThreadFactory factory(String name) {
    AtomicInteger made = new AtomicInteger();
    return work -> named(name + "-" + made.incrementAndGet(), work);
  }

  private static void logEscaped(Thread thread, Throwable escaped) {
    LOG.error("Thread {} ended with an exception that it did not catch", thread.getName(), escaped);
  }
}
