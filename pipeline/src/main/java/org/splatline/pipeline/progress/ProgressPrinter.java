package org.splatline.pipeline.progress;

import java.io.PrintStream;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.splatline.gpu.Threads;

/**
 * Prints a run's {@link ProgressBoard}: in a terminal a line for each scene in work, rewritten each
 * second; in a log the lines that changed, at intervals.
 */
public final class ProgressPrinter implements AutoCloseable {
  private static final int TERMINAL_COLUMNS = 118; // a longer line would wrap and stay behind

  private final String runId;
  private final PrintStream out;
  private final boolean terminal;
  private final Duration every;
  private final Thread clock = Threads.named("progress", this::tick);
  private Set<String> printed = new HashSet<>();
  private int linesOnScreen;

  private ProgressPrinter(String runId, PrintStream out, boolean terminal, Duration every) {
    this.runId = runId;
    this.out = out;
    this.terminal = terminal;
    this.every = every;
  }

  /**
   * Starts printing; the caller closes it. The start script says whether a terminal reads it.
   *
   * @param logEvery between lines in a log
   */
  public static ProgressPrinter start(String runId, PrintStream out, Duration logEvery) {
    boolean terminal = Boolean.getBoolean("splatline.terminal");
    Duration every = terminal ? Duration.ofSeconds(1) : logEvery;
    ProgressPrinter printer = new ProgressPrinter(runId, out, terminal, every);
    printer.clock.start();
    return printer;
  }

  private void tick() {
    try {
      while (true) {
        Thread.sleep(Math.max(100, every.toMillis()));
        print();
      }
    } catch (InterruptedException closed) {
      // The run has ended.
    }
  }

  /** Prints a line that stays. */
  public synchronized void say(String line) {
    erase();
    out.println(line);
    out.flush();
  }

  private synchronized void print() {
    List<String> lines = ProgressBoard.lines(runId);
    if (terminal) {
      rewrite(lines);
    } else {
      lines.stream().filter(line -> !printed.contains(line)).forEach(out::println);
      printed = new HashSet<>(lines);
    }
    out.flush();
  }

  private void rewrite(List<String> lines) {
    erase();
    for (String line : lines) {
      out.println(line.substring(0, Math.min(line.length(), TERMINAL_COLUMNS)));
    }
    linesOnScreen = lines.size();
  }

  /** Cursor up to the first live line, and all below it cleared. */
  private void erase() {
    if (linesOnScreen > 0) {
      out.print("\u001b[" + linesOnScreen + "A\u001b[J");
      linesOnScreen = 0;
    }
  }

  @Override
  public void close() {
    clock.interrupt();
    synchronized (this) {
      erase();
      out.flush();
    }
  }
}
