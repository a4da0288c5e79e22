package org.splatline.pipeline.spark;

import java.util.Locale;
import java.util.Optional;

/** How much of the time this JVM holds a GPU it trains or evaluates on it. Thread-safe. */
public final class GpuClock {
  /** Of this JVM. */
  public static final GpuClock PROCESS = new GpuClock();

  private long heldSince = -1;
  private long busySince;
  private long busyNanos;
  private int busyTasks;

  /** From here on the GPU is held, by Spark's word or by the first training. */
  public synchronized void hold() {
    if (heldSince < 0) {
      heldSince = System.nanoTime();
    }
  }

  /** A training begins on the GPU; several at once count as one. */
  public synchronized void begin() {
    hold();
    if (busyTasks++ == 0) {
      busySince = System.nanoTime();
    }
  }

  /** It ends. */
  public synchronized void end() {
    if (--busyTasks == 0) {
      busyNanos += System.nanoTime() - busySince;
    }
  }

  /** Trainings on the GPU now. */
  public synchronized int busyTasks() {
    return busyTasks;
  }

  /** Of the time held so far; 0 where none is held. */
  public synchronized double busyShare() {
    double held = heldSeconds();
    return held == 0 ? 0 : busySeconds() / held;
  }

  /** Since it was first held, s. */
  public synchronized double heldSeconds() {
    return heldSince < 0 ? 0 : (System.nanoTime() - heldSince) / 1e9;
  }

  /** With at least one training, s. */
  public synchronized double busySeconds() {
    long now = busyTasks > 0 ? System.nanoTime() - busySince : 0;
    return (busyNanos + now) / 1e9;
  }

  /** One sentence; empty where no GPU was held. */
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
