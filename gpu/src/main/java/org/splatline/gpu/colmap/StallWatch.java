package org.splatline.gpu.colmap;

import java.time.Duration;
import java.util.stream.Stream;

/** Measures how long a process and its descendants have done nothing. For one thread. */
final class StallWatch {
  /** A process that uses less of a processor counts as idle: a polling process uses less. */
  private static final double IDLE_SHARE = 0.01;

  private final Process process;
  private long linesSeen;
  private Duration processorTime = Duration.ZERO;
  private long since = System.nanoTime();

  StallWatch(Process process) {
    this.process = process;
  }

  /**
   * The time since the last activity.
   *
   * @param lines number of lines of output so far
   */
  Duration idle(long lines) {
    long now = System.nanoTime();
    Duration used = processorTime();
    double grown = Math.abs(used.minus(processorTime).toNanos()); // negative when a child has ended
    if (lines != linesSeen || grown > IDLE_SHARE * (now - since)) {
      linesSeen = lines;
      processorTime = used;
      since = now;
    }
    return Duration.ofNanos(now - since);
  }

  private Duration processorTime() {
    return Stream.concat(Stream.of(process.toHandle()), process.descendants())
        .flatMap(handle -> handle.info().totalCpuDuration().stream())
        .reduce(Duration.ZERO, Duration::plus);
  }
}
