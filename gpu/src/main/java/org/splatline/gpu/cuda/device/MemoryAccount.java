package org.splatline.gpu.cuda.device;

import java.util.concurrent.atomic.AtomicLong;
import org.splatline.gpu.Bytes;
import org.splatline.gpu.backend.DeviceMemoryException;

/** Bytes held on a device through one backend. */
public final class MemoryAccount {
  private static final AtomicLong PROCESS = new AtomicLong();

  private final long limit;
  private final AtomicLong live = new AtomicLong();
  private final AtomicLong peak = new AtomicLong();

  public MemoryAccount() {
    this(Long.MAX_VALUE);
  }

  /** {@code limit}: bytes that {@link #checkRoom} keeps to. */
  public MemoryAccount(long limit) {
    this.limit = limit;
  }

  /** Throws {@link DeviceMemoryException} where so much more would exceed the limit. */
  void checkRoom(long bytes) {
    if (bytes > limit - live.get()) {
      throw new DeviceMemoryException(
          "gpu.max-memory is %s, %s more are needed beside %s held. Raise it, lower densify.max-gaussians, raise image.reduce, or set gpu.pictures=streamed"
              .formatted(Bytes.text(limit), Bytes.text(bytes), Bytes.text(live.get())));
    }
  }

  void add(long bytes) {
    PROCESS.addAndGet(bytes);
    long now = live.addAndGet(bytes);
    peak.accumulateAndGet(now, Math::max);
  }

  void remove(long bytes) {
    PROCESS.addAndGet(-bytes);
    live.addAndGet(-bytes);
  }

  /** Held now through all accounts of this process. */
  public static long processBytes() {
    return PROCESS.get();
  }

  public long liveBytes() {
    return live.get();
  }

  public long peakBytes() {
    return peak.get();
  }
}
