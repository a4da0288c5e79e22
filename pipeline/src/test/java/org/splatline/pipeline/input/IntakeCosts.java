package org.splatline.pipeline.input;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Property;
import org.splatline.gpu.Bytes;

/** What the processes of intake take that this JVM starts, read from their lines in the log. */
public final class IntakeCosts implements AutoCloseable {
  private final Map<String, List<IntakeCost>> costs = new ConcurrentSkipListMap<>();
  private final Logger log = (Logger) LogManager.getLogger(IntakeProcess.class);
  private final Lines lines = new Lines();

  public IntakeCosts() {
    lines.start();
    log.addAppender(lines);
  }

  private final class Lines extends AbstractAppender {
    private Lines() {
      super("intake-costs", null, null, false, Property.EMPTY_ARRAY);
    }

    @Override
    public void append(LogEvent event) {
      Object[] values = event.getMessage().getParameters();
      costs
          .computeIfAbsent((String) values[0], scene -> new ArrayList<>())
          .add((IntakeCost) values[2]);
    }
  }

  /**
   * The processes of one scene together.
   *
   * @param seconds by the clock, each from its start to its end
   * @param memory of the largest, bytes
   * @param disk of the largest, bytes
   */
  public record Sum(
      int processes, double seconds, double processorSeconds, long memory, long disk) {

    /** Cells of a Markdown table: seconds of processors, memory, disk. */
    public String cells() {
      return String.format(
          Locale.ROOT, "%.1f | %s | %s", processorSeconds, Bytes.text(memory), Bytes.text(disk));
    }
  }

  /** Of each scene, by its id. */
  public Map<String, Sum> sums() {
    Map<String, Sum> sums = new TreeMap<>();
    costs.forEach((scene, processes) -> sums.put(scene, sum(processes)));
    return sums;
  }

  private static Sum sum(List<IntakeCost> processes) {
    return new Sum(
        processes.size(),
        processes.stream().mapToDouble(IntakeCost::seconds).sum(),
        processes.stream().mapToDouble(IntakeCost::processorSeconds).sum(),
        processes.stream().mapToLong(IntakeCost::memory).max().orElse(0),
        processes.stream().mapToLong(IntakeCost::disk).max().orElse(0));
  }

  @Override
  public void close() {
    log.removeAppender(lines);
    lines.stop();
  }
}
