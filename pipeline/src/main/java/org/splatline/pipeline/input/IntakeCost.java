package org.splatline.pipeline.input;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.splatline.gpu.Bytes;
import org.splatline.gpu.media.VideoConfig;

/**
 * What a process of intake took, as it says itself.
 *
 * @param seconds from its start to its end
 * @param processorSeconds of it and of the programs that it ran
 * @param memory largest resident memory of the JVM, bytes; programs that it ran have their own
 * @param disk size of all files in its folder at its end, bytes; until then it deletes only the
 *     frames of a video that aren't chosen
 */
record IntakeCost(double seconds, double processorSeconds, long memory, long disk) {
  private static final Path PROCESS = Path.of("/proc/self");
  private static final Pattern PEAK = Pattern.compile("(?m)^VmHWM:\\s+(\\d+) kB$");
  private static final double TICKS = 100; // per second, in all files of /proc

  // In /proc/self/stat, counted from the field behind the program's name.
  private static final int FIRST_TIME = 11; // own and its programs', of user and system
  private static final int LAST_TIME = 14;
  private static final int START = 19;

  /**
   * Of this process until now. Empty on a system that doesn't tell.
   *
   * @param folder of the process
   */
  static Optional<IntakeCost> ofThisProcess(Path folder) throws IOException {
    if (!Files.exists(PROCESS)) {
      return Optional.empty();
    }
    Matcher peak = PEAK.matcher(Files.readString(PROCESS.resolve("status")));
    if (!peak.find()) {
      return Optional.empty();
    }
    String stat = Files.readString(PROCESS.resolve("stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    double ticks = 0;
    for (int i = FIRST_TIME; i <= LAST_TIME; i++) {
      ticks += Long.parseLong(fields[i]);
    }
    double now = Double.parseDouble(Files.readString(Path.of("/proc/uptime")).split(" ", -1)[0]);
    return Optional.of(
        new IntakeCost(
            now - Long.parseLong(fields[START]) / TICKS,
            ticks / TICKS,
            Long.parseLong(peak.group(1)) << 10,
            bytes(folder)));
  }

  /** Of a process that was killed, or doesn't tell: all that it may take. */
  static IntakeCost most(LimitsConfig limits, VideoConfig video) {
    double seconds = limits.ingestTime().toSeconds();
    return new IntakeCost(
        seconds, seconds, IntakeSandbox.addressSpace(limits, video), limits.archiveBytes());
  }

  private static long bytes(Path folder) throws IOException {
    AtomicLong sum = new AtomicLong();
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            sum.addAndGet(attributes.size());
            return FileVisitResult.CONTINUE;
          }
        });
    return sum.get();
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%.1f s, %.1f s of processors, %s of memory, %s of disk",
        seconds,
        processorSeconds,
        Bytes.text(memory),
        Bytes.text(disk));
  }
}
