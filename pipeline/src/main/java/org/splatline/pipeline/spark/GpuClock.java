package org.splatline.pipeline.spark;

import java.util.Locale;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Measures how long a JVM holds a GPU, and how much of that it trains or evaluates. Thread-safe.
 */
public final class GpuClock {
  private final LongSupplier nanoTime;
  private long heldSince = -1;
  private long busySince;
  private long busyNanos;
  private int busyTasks;

  GpuClock() {
    this(System::nanoTime);
  }

  /**
   * @param nanoTime the time now, ns, from any origin above -1
   */
  GpuClock(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** The GPU is held from now on: Spark gave it, or the first training starts. */
  synchronized void hold() {
    if (heldSince < 0) {
      heldSince = nanoTime.getAsLong();
    }
  }

  /** A training starts on the GPU. Several at the same time count once. */
  synchronized void begin() {
    hold();
    if (busyTasks++ == 0) {
      busySince = nanoTime.getAsLong();
    }
  }

  /** A training has ended. */
  synchronized void end() {
    if (--busyTasks == 0) {
      busyNanos += nanoTime.getAsLong() - busySince;
    }
  }

  /** The number of trainings on the GPU now. */
  synchronized int busyTasks() {
    return busyTasks;
  }

  /** The busy share of the time held so far, [0, 1]; 0 where no GPU is held. */
  synchronized double busyShare() {
    double held = heldSeconds();
    return held == 0 ? 0 : busySeconds() / held;
  }

  /** Seconds since the GPU was first held; 0 where none is held. */
  public synchronized double heldSeconds() {
    return heldSince < 0 ? 0 : (nanoTime.getAsLong() - heldSince) / 1e9;
  }

  /** Seconds with at least one training. */
  public synchronized double busySeconds() {
    long now = busyTasks > 0 ? nanoTime.getAsLong() - busySince : 0;
    return (busyNanos + now) / 1e9;
  }

  /** One sentence for the log; empty where no GPU was held. */
  Optional<String> report() {
    return heldSeconds() == 0
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "GPU held %.1f s, of which %.1f s training or evaluating (%.0f %%)",
                heldSeconds(),
                busySeconds(),
                100 * busyShare()));
  }
}
