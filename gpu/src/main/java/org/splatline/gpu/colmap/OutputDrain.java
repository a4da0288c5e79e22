package org.splatline.gpu.colmap;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Copies the output of a process to a log file and a listener at once, so that the process never
 * waits for a reader. Keeps the last lines.
 */
final class OutputDrain {
  static final int LAST_LINES = 20;
  private static final int MAX_KEPT_LENGTH = 500; // characters per line in a message

  private final Path logFile;
  private final Consumer<String> onLine;
  private final ArrayDeque<String> lastLines = new ArrayDeque<>();
  private final AtomicLong lines = new AtomicLong();

  OutputDrain(Path logFile, Consumer<String> onLine) {
    this.logFile = logFile;
    this.onLine = onLine;
  }

  /** Copies until the end of the output. It appends to the log file. */
  void drain(InputStream output) throws IOException {
    // bytes that are not UTF-8 (in file names) become U+FFFD
    try (BufferedReader reader =
            new BufferedReader(new InputStreamReader(output, StandardCharsets.UTF_8));
        Writer log =
            Files.newBufferedWriter(
                logFile, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        lines.incrementAndGet();
        log.write(line);
        log.write('\n');
        log.flush(); // a reader can follow the log, and it is complete if the process is killed
        keep(line);
        onLine.accept(line);
      }
    }
  }

  private synchronized void keep(String line) {
    if (line.isBlank()) {
      return;
    }
    if (lastLines.size() == LAST_LINES) {
      lastLines.removeFirst();
    }
    lastLines.addLast(line.strip().substring(0, Math.min(line.strip().length(), MAX_KEPT_LENGTH)));
  }

  /** The number of lines so far. */
  long lines() {
    return lines.get();
  }

  /** The last lines, oldest first, without blank lines. */
  synchronized List<String> lastLines() {
    return List.copyOf(lastLines);
  }
}
