package org.splatline.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class ThreadsTest {
  @Test
  void aNamedThreadIsADaemonAndNotStarted() {
    Thread thread = Threads.named("reader", () -> {});

    assertThat(thread.getName()).isEqualTo("reader");
    assertThat(thread.isDaemon()).isTrue();
    assertThat(thread.getState()).isEqualTo(Thread.State.NEW);
    assertThat(thread.getUncaughtExceptionHandler()).isNotInstanceOf(ThreadGroup.class);
  }

  /** Spark's default handler ends an executor. */
  @Test
  void anEscapedExceptionDoesNotReachTheDefaultHandler() throws Exception {
    AtomicReference<Throwable> reached = new AtomicReference<>();
    Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
    Thread.setDefaultUncaughtExceptionHandler((thread, escaped) -> reached.set(escaped));
    ExecutorService pool = Threads.pool("escaping", 1);
    try {
      Thread thread = Threads.named("escaping", ThreadsTest::fail);
      thread.start();
      thread.join();
      pool.execute(ThreadsTest::fail);
      assertThat(pool.submit(() -> "alive").get()).isEqualTo("alive");
      assertThat(reached).hasValue(null);
    } finally {
      pool.shutdown();
      Thread.setDefaultUncaughtExceptionHandler(before);
    }
  }

  private static void fail() {
    throw new IllegalStateException("escapes, as the test wants");
  }

  @Test
  void aPoolNumbersItsThreads() throws Exception {
    ExecutorService pool = Threads.pool("writer", 1);
    try {
      assertThat(pool.submit(() -> Thread.currentThread().getName()).get()).isEqualTo("writer-1");
      assertThat(pool.submit(() -> Thread.currentThread().isDaemon()).get()).isTrue();
    } finally {
      pool.shutdown();
    }
  }

  @Test
  void aSchedulerRunsWorkLaterOnItsOwnThread() throws Exception {
    ScheduledExecutorService scheduler = Threads.scheduler("clock");
    try {
      assertThat(
              scheduler
                  .schedule(() -> Thread.currentThread().getName(), 1, TimeUnit.MILLISECONDS)
                  .get())
          .isEqualTo("clock-1");
    } finally {
      scheduler.shutdown();
    }
  }
}
