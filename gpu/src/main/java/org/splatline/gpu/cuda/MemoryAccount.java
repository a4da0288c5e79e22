package org.splatline.gpu.cuda;

import java.util.concurrent.atomic.AtomicLong;

/** Bytes held on a device through one backend. */
final class MemoryAccount {
  private final AtomicLong live = new AtomicLong();
  private final AtomicLong peak = new AtomicLong();

  void add(long bytes) {
    long now = live.addAndGet(bytes);
    peak.accumulateAndGet(now, Math::max);
  }

  void remove(long bytes) {
    live.addAndGet(-bytes);
  }

  long liveBytes() {
    return live.get();
  }

  long peakBytes() {
    return peak.get();
  }
}
