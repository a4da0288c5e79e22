package org.splatline.gpu.cuda.device;

import java.util.concurrent.atomic.AtomicLong;
import org.splatline.gpu.Bytes;
import org.splatline.gpu.backend.DeviceMemoryException;

/** Counts the bytes that one backend has allocated on a device. */
public final class MemoryAccount {

  private final long limit;
  private final AtomicLong live = new AtomicLong();
  private final AtomicLong peak = new AtomicLong();

  public MemoryAccount() {
    this(Long.MAX_VALUE);
  }

  /** {@link #checkRoom} allows at most {@code limit} bytes. */
  public MemoryAccount(long limit) {
    this.limit = limit;
  }

  /** Throws {@link DeviceMemoryException} if {@code bytes} more would exceed the limit. */
  void checkRoom(long bytes) {
    if (bytes > limit - live.get()) {
      throw new DeviceMemoryException(
          "gpu.max-memory is %s, but %s more are needed beside %s in use. Raise it, lower densify.max-gaussians, raise image.reduce, or set gpu.pictures=streamed"
              .formatted(Bytes.text(limit), Bytes.text(bytes), Bytes.text(live.get())));
    }
  }

  /** Bytes that may be allocated until the limit. */
  public long room() {
    return limit - live.get();
  }

  void add(long bytes) {
    GpuProcess.CURRENT.addDeviceBytes(bytes);
    long now = live.addAndGet(bytes);
    peak.accumulateAndGet(now, Math::max);
  }

  void remove(long bytes) {
    GpuProcess.CURRENT.addDeviceBytes(-bytes);
    live.addAndGet(-bytes);
  }

  /** Bytes allocated now through all accounts of this process. */
  public static long processBytes() {
    return GpuProcess.CURRENT.deviceBytes();
  }

  public long liveBytes() {
    return live.get();
  }

  public long peakBytes() {
    return peak.get();
  }
}
