package org.splatline.gpu.cli;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The most memory that this JVM has taken so far. */
final class HostMemory {
  private static final Path STATUS = Path.of("/proc/self/status");

  private HostMemory() {}

  /** Bytes of heap in use at once, garbage included; the sum of the peaks of its parts. */
  static long peakHeapBytes() {
    return ManagementFactory.getMemoryPoolMXBeans().stream()
        .filter(pool -> pool.getType() == MemoryType.HEAP)
        .map(MemoryPoolMXBean::getPeakUsage)
        .mapToLong(peak -> peak.getUsed())
        .sum();
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
}
