package org.splatline.pipeline.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.splatline.gpu.Threads;
import org.splatline.gpu.config.ConfigException;
import org.splatline.gpu.io.LockFile;

/**
 * One driver's right to work on a run. A driver takes the next number by creating {@code
 * lease/N.json}, which only one can; the highest number has the run. Then it writes LEASE.json
 * every 15 s, on a thread of its own. Another driver may take the next number when the holder has
 * released the run, has been silent for a minute, or was a process of the same machine that is
 * gone. The clocks of the machines must agree to some seconds.
 */
public final class RunLease implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RunLease.class);
  private static final Duration EVERY = Duration.ofSeconds(15);
  private static final Duration SILENCE = Duration.ofSeconds(60);

  /**
   * The driver that has a run, or had it: the content of LEASE.json and {@code lease/N.json}.
   *
   * @param number of the lease, from 1
   * @param machine tells processes of one machine, and one container, from others; empty: unknown
   * @param processStart of the process {@code pid}, in the kernel's ticks since the machine's start
   * @param since when it took the run
   * @param renewedAt when it last wrote this
   * @param released whether it has given the run back
   */
  public record Holder(
      int schemaVersion,
      int number,
      String host,
      String machine,
      long pid,
      long processStart,
      Instant since,
      Instant renewedAt,
      boolean released) {

    static Holder now(int number) {
      Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
      ProcessHandle self = ProcessHandle.current();
      return new Holder(
          1,
          number,
          LockFile.host(),
          thisMachine(),
          self.pid(),
          start(self.pid()),
          now,
          now,
          false);
    }

    Holder renewed(Instant at) {
      return new Holder(
          schemaVersion, number, host, machine, pid, processStart, since, at, released);
    }

    Holder releasedAt(Instant at) {
      return new Holder(schemaVersion, number, host, machine, pid, processStart, since, at, true);
    }

    private boolean isAtWork(Instant now) {
      return !released && !renewedAt.plus(SILENCE).isBefore(now) && !isGone();
    }

    /** Whether it was a process of this machine and has ended. */
    private boolean isGone() {
      return !machine.isEmpty() && machine.equals(thisMachine()) && start(pid) != processStart;
    }

    @Override
    public String toString() {
      return "pid %d on host %s, since %s, last heard of at %s"
          .formatted(pid, host, since, renewedAt);
    }
  }

  private final RunFolder run;
  private final String runId;
  private final Holder mine;
  private final CountDownLatch closed = new CountDownLatch(1);
  private Consumer<String> listener = sentence -> {};
  private String loss; // null: this driver has the run

  private RunLease(RunFolder run, String runId, Holder mine) {
    this.run = run;
    this.runId = runId;
    this.mine = mine;
  }

  /**
   * Takes the run for this driver, until closed.
   *
   * @throws ConfigException when another driver is at work on the run; it names that driver
   */
  public static RunLease take(RunFolder run, String runId) {
    int last = run.lastLease();
    Optional<Holder> other = holder(run, last);
    if (other.isPresent()) {
      throw refusal(runId, other.get());
    }
    return takeAfter(last, run, runId);
  }

  /**
   * The same, but waits up to a minute for a holder that says nothing more: a cluster starts a
   * driver again soon after it was killed.
   *
   * @param pause waits between two looks
   */
  public static RunLease takeWhenSilent(RunFolder run, String runId, Runnable pause) {
    int last = run.lastLease();
    Optional<Holder> first = holder(run, last);
    Optional<Holder> other = first;
    while (other.isPresent()) {
      if (!other.equals(first)) { // it is alive
        throw refusal(runId, other.get());
      }
      pause.run();
      last = run.lastLease();
      other = holder(run, last);
    }
    return takeAfter(last, run, runId);
  }

  /**
   * @param last number of the lease that was looked at; a later one is a faster driver's
   */
  private static RunLease takeAfter(int last, RunFolder run, String runId) {
    Holder mine = Holder.now(last + 1);
    if (!run.createLease(mine.number(), Json.write(mine))) { // another driver was faster
      throw refusal(runId, read(run, mine.number()));
    }
    run.writeLease(Json.write(mine));
    RunLease lease = new RunLease(run, runId, mine);
    Threads.named("lease", lease::work).start();
    return lease;
  }

  /** The driver that is at work on the run; empty: none is. */
  public static Optional<Holder> holder(RunFolder run) {
    return holder(run, run.lastLease());
  }

  private static Optional<Holder> holder(RunFolder run, int last) {
    return last == 0
        ? Optional.empty()
        : Optional.of(read(run, last)).filter(holder -> holder.isAtWork(Instant.now()));
  }

  /** What the holder of this number wrote last. */
  private static Holder read(RunFolder run, int number) {
    return run.lease()
        .map(json -> Json.read(json, Holder.class))
        .filter(holder -> holder.number() == number)
        .orElseGet(() -> Json.read(run.lease(number), Holder.class));
  }

  private static ConfigException refusal(String runId, Holder other) {
    return new ConfigException(
        "Cannot start run %s: another driver is at work on it: %s. Wait until it ends, or stop it with splatline cancel --run-id %s. A driver that was killed has the run for another minute"
            .formatted(runId, other, runId));
  }

  private void work() {
    try {
      while (!closed.await(EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
        renew();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * {@code stop} receives one sentence, once, when another driver has taken the run over. This
   * driver must then stop.
   */
  public synchronized void onLoss(Consumer<String> stop) {
    listener = stop;
    if (loss != null) {
      stop.accept(loss);
    }
  }

  /** Says that this driver is at work, unless another has taken the run over. */
  synchronized void renew() {
    if (loss != null || closed.getCount() == 0) {
      return;
    }
    try {
      int last = run.lastLease();
      if (last == mine.number()) {
        run.writeLease(Json.write(mine.renewed(Instant.now())));
      } else {
        loss =
            "another driver has taken over run %s: %s. This one had been silent for %d s or more"
                .formatted(runId, read(run, last), SILENCE.toSeconds());
        LOG.error("{}", loss);
        listener.accept(loss);
      }
    } catch (RuntimeException e) {
      LOG.warn("Cannot renew the lease of run {}. It is tried again", runId, e);
    }
  }

  /** Gives the run back, unless another driver has it. It doesn't throw if that fails. */
  @Override
  public synchronized void close() {
    if (closed.getCount() == 0) {
      return;
    }
    closed.countDown();
    try {
      if (loss == null && run.lastLease() == mine.number()) {
        run.writeLease(Json.write(mine.releasedAt(Instant.now())));
      }
    } catch (RuntimeException e) {
      LOG.warn("Cannot give back run {}: other drivers can take it in a minute", runId, e);
    }
  }

  /** The same text for processes that see each other's ids; empty where that is unknown. */
  private static String thisMachine() {
    try {
      return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip()
          + " "
          + Files.readSymbolicLink(Path.of("/proc/self/ns/pid"));
    } catch (IOException e) {
      return "";
    }
  }

  /** When a process started; -1: there is none. Independent of the clock, which may be set. */
  private static long start(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
      String[] afterName = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      return Long.parseLong(afterName[19]); // field 22, see proc(5)
    } catch (IOException e) {
      return -1;
    }
  }
}
