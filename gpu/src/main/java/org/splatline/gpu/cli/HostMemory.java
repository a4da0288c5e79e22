package org.splatline.gpu.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.stream.Stream;
import org.splatline.gpu.Threads;

/** The most memory that this JVM takes while it is watched. */
final class HostMemory implements AutoCloseable {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final int EVERY_MILLIS = 50;

  private final ScheduledExecutorService watcher = Threads.scheduler("heap-watch");
  private final ScheduledFuture<?> looks;
  private final LongAccumulator heap = new LongAccumulator(Math::max, 0);

  /** Watches from now on. */
  HostMemory() {
    looks = watcher.scheduleAtFixedRate(this::look, 0, EVERY_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void look() {
    Runtime runtime = Runtime.getRuntime();
    heap.accumulate(runtime.totalMemory() - runtime.freeMemory());
  }

  /** Bytes of heap in use, garbage included; a peak of less than 50 ms may be missed. */
  long peakHeapBytes() {
    return heap.get();
  }

  /** Bytes of the process in memory at once, without the system's page cache; -1: not known. */
  static long peakResidentBytes() {
    try (Stream<String> lines = Files.lines(STATUS)) {
      return lines
          .filter(line -> line.startsWith("VmHWM:"))
          .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst()
          .orElse(-1);
    } catch (IOException e) {
      return -1; // no /proc: not Linux
    }
  }

  @Override
  public void close() {
    looks.cancel(false);
    watcher.shutdown();
  }
}
