package org.splatline.pipeline.progress;

import java.io.PrintStream;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.splatline.gpu.PlainText;
import org.splatline.gpu.Threads;

/**
 * Prints a run's {@link ProgressBoard}. A terminal shows one line per running scene, rewritten each
 * second. A log gets the lines that changed, at intervals.
 */
public final class ProgressPrinter implements AutoCloseable {
  private static final int TERMINAL_COLUMNS = 118; // a longer line would wrap and not be erased

  private final ProgressBoard board;
  private final String runId;
  private final PrintStream out;
  private final boolean terminal;
  private final Duration every;
  private final Thread clock = Threads.named("progress", this::tick);
  private Set<String> printed = new HashSet<>();
  private int linesOnScreen;

  private ProgressPrinter(
      ProgressBoard board, String runId, PrintStream out, boolean terminal, Duration every) {
    this.board = board;
    this.runId = runId;
    this.out = out;
    this.terminal = terminal;
    this.every = every;
  }

  /**
   * Starts printing. The caller closes the printer. The start script sets whether {@code out} is a
   * terminal.
   *
   * @param logEvery interval between lines in a log
   */
  public static ProgressPrinter start(
      ProgressBoard board, String runId, PrintStream out, Duration logEvery) {
    boolean terminal = Boolean.getBoolean("splatline.terminal");
    Duration every = terminal ? Duration.ofSeconds(1) : logEvery;
    ProgressPrinter printer = new ProgressPrinter(board, runId, out, terminal, every);
    printer.clock.start();
    return printer;
  }

  /** What it prints. */
  public ProgressBoard board() {
    return board;
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

  /** Prints a line that stays on the screen. */
  public synchronized void say(String line) {
    erase();
    out.println(PlainText.line(line));
    out.flush();
  }

  private synchronized void print() {
    List<String> lines = board.lines(runId).stream().map(PlainText::line).toList();
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

  /** Moves the cursor up to the first progress line and clears everything below. */
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
