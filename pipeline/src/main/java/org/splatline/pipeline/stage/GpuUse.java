package org.splatline.pipeline.stage;

import java.io.Serializable;
import java.util.Collection;
import org.splatline.pipeline.spark.GpuClock;
import org.splatline.pipeline.spark.TaskHost;

/**
 * How GPUs were used.
 *
 * @param holder one executor, or {@code all}
 * @param heldSeconds from the executor's start, or its first training, to its last one's end
 * @param busySeconds of these with at least one training or evaluation
 */
public record GpuUse(String holder, double heldSeconds, double busySeconds)
    implements Serializable {

  /** Of this JVM so far; null where it holds no GPU. */
  static GpuUse ofThisProcess() {
    GpuClock clock = GpuClock.PROCESS;
    double held = clock.heldSeconds();
    return held == 0 ? null : new GpuUse(TaskHost.name(), held, clock.busySeconds());
  }

  /** Of all of them; null where there is none. */
  static GpuUse sum(Collection<GpuUse> uses) {
    return uses.isEmpty()
        ? null
        : new GpuUse(
            "all",
            uses.stream().mapToDouble(GpuUse::heldSeconds).sum(),
            uses.stream().mapToDouble(GpuUse::busySeconds).sum());
  }
}
