package org.splatline.pipeline.stage;

import java.io.Serializable;
import java.util.Collection;
import org.splatline.pipeline.spark.GpuClock;
import org.splatline.pipeline.spark.SparkJvm;

/**
 * How GPUs were used.
 *
 * @param holder one executor, or {@code all}
 * @param heldSeconds from the executor's start, or its first training, to the end of its last one
 * @param busySeconds of these with at least one training or evaluation
 */
public record GpuUse(String holder, double heldSeconds, double busySeconds)
    implements Serializable {

  /** The use so far in this JVM; null where it holds no GPU. */
  static GpuUse ofThisJvm() {
    SparkJvm jvm = SparkJvm.current();
    GpuClock clock = jvm.gpuClock();
    double held = clock.heldSeconds();
    return held == 0 ? null : new GpuUse(jvm.host().name(), held, clock.busySeconds());
  }

  /** The sum of all; null where there is none. */
  static GpuUse sum(Collection<GpuUse> uses) {
    return uses.isEmpty()
        ? null
        : new GpuUse(
            "all",
            uses.stream().mapToDouble(GpuUse::heldSeconds).sum(),
            uses.stream().mapToDouble(GpuUse::busySeconds).sum());
  }
}
