package org.splatline.gpu.cuda.device;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.splatline.gpu.io.LockFile;

/**
 * What this JVM holds of the host's GPUs: locks and device memory. There is one object per JVM,
 * because a file lock and device memory belong to the process, whoever in it asked for them.
 *
 * <p>Thread-safe.
 */
final class GpuProcess {
  /** The object of this JVM. */
  static final GpuProcess CURRENT = new GpuProcess();

  private final Map<Path, Held> locks = new HashMap<>(); // guarded by this
  private final AtomicLong deviceBytes = new AtomicLong();

  private GpuProcess() {}

  /** Takes the lock of a file. */
  interface Locker {
    LockFile lock() throws IOException;
  }

  /** A lock and how many leases share it. */
  private static final class Held {
    final LockFile lock;
    int leases = 1;

    Held(LockFile lock) {
      this.lock = lock;
    }
  }

  /** Adds a lease on {@code file}. The first one takes the lock. */
  synchronized void acquire(Path file, Locker locker) throws IOException {
    Held held = locks.get(file);
    if (held == null) {
      locks.put(file, new Held(locker.lock()));
    } else {
      held.leases++;
    }
  }

  /** Removes a lease on {@code file}. The last one closes the lock. */
  synchronized void release(Path file) {
    Held held = locks.get(file);
    held.leases--;
    if (held.leases == 0) {
      locks.remove(file);
      held.lock.close();
    }
  }

  /** The number of leases on all files. */
  synchronized int leases() {
    return locks.values().stream().mapToInt(held -> held.leases).sum();
  }

  /** Counts device memory as allocated; a negative number counts it as freed. */
  void addDeviceBytes(long bytes) {
    deviceBytes.addAndGet(bytes);
  }

  /** Bytes of device memory that are allocated now. */
  long deviceBytes() {
    return deviceBytes.get();
  }
}
