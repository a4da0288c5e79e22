package org.splatline.gpu.cuda.device;

import static org.splatline.gpu.Checks.checkArgument;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.splatline.gpu.io.LockFile;

/**
 * Says who uses a device on this host, so that two processes that were given the same one learn it
 * before they start. It belongs to the process, which may take it many times; the last close, or
 * the process's end however it comes, lets the device go. It stops nobody who takes no lease.
 *
 * <p>Thread-safe. Close it where you took it.
 */
public final class GpuLease implements AutoCloseable {
  /** The system property that names the folder of the locks. */
  public static final String FOLDER_PROPERTY = "splatline.gpu-locks";

  private static final int MAX_KEY = 200;

  /** What this process holds, by lock file; guarded by the class. */
  private static final Map<Path, Held> HELD = new HashMap<>();

  private final Path file;
  private boolean closed;

  private static final class Held {
    final LockFile lock;
    int leases = 1;

    Held(LockFile lock) {
      this.lock = lock;
    }
  }

  private GpuLease(Path file) {
    this.file = file;
  }

  /**
   * As {@link #take(String, String, Path)}, in the folder that {@value #FOLDER_PROPERTY} names, or
   * {@code splatline-gpu} in the folder for temporary files. All users of the host must mean the
   * same one.
   */
  public static GpuLease take(String deviceKey, String holder) {
    String named = System.getProperty(FOLDER_PROPERTY);
    return take(
        deviceKey,
        holder,
        named == null
            ? Path.of(System.getProperty("java.io.tmpdir"), "splatline-gpu")
            : Path.of(named));
  }

  /**
   * Takes the device for this process, or once more where the process has it.
   *
   * @param deviceKey the device, the same for all that use it: {@link CudaDevice#uuid}. Characters
   *     other than letters, digits, dot, dash and underscore count as underscores
   * @param holder who takes it, for the other's message, such as {@code application app-1 executor
   *     3}; the first in this process is the one told of
   * @param folder of the locks, on a disk of this host; made when absent, for all users
   * @throws GpuBusyException when another process has the device
   * @throws UncheckedIOException when the folder can't be used
   */
  public static GpuLease take(String deviceKey, String holder, Path folder) {
    checkArgument(
        !deviceKey.isBlank() && deviceKey.length() <= MAX_KEY,
        "Invalid device key: «%s» has not 1 to %s characters",
        deviceKey,
        MAX_KEY);
    String name = "gpu-" + deviceKey.replaceAll("[^A-Za-z0-9._-]", "_") + ".lock";
    synchronized (GpuLease.class) {
      try {
        Path file = LockFile.folderForAllUsers(folder).resolve(name);
        Held held = HELD.get(file);
        if (held == null) {
          HELD.put(file, new Held(locked(deviceKey, holder, file)));
        } else {
          held.leases++;
        }
        return new GpuLease(file);
      } catch (IOException e) {
        throw new UncheckedIOException(
            "Cannot use GPU %s: its lock %s can't be taken (%s). Let all users of GPUs write to the folder, or name another with -D%s"
                .formatted(deviceKey, folder.resolve(name), e, FOLDER_PROPERTY),
            e);
      } catch (OverlappingFileLockException e) {
        throw new IllegalStateException(
            "Cannot use GPU %s: another class loader of this process holds it. Load Splatline once"
                .formatted(deviceKey),
            e);
      }
    }
  }

  private static LockFile locked(String deviceKey, String holder, Path file) throws IOException {
    LockFile lock = LockFile.openForAllUsers(file);
    String own = LockFile.description(holder);
    if (lock.tryLock(own)) {
      return lock;
    }
    String other;
    try (lock) {
      other = lock.text();
    }
    throw new GpuBusyException(
        "Cannot use GPU %s: %s holds it and this is %s. Two processes were given the same device: isolate GPUs per executor (YARN: yarn.io/gpu with cgroups; Kubernetes: the device plug-in), or run one executor on a host"
            .formatted(deviceKey, other, own));
  }

  /** Leases this process has taken and not closed. */
  public static int held() {
    synchronized (GpuLease.class) {
      return HELD.values().stream().mapToInt(held -> held.leases).sum();
    }
  }

  @Override
  public void close() {
    synchronized (GpuLease.class) {
      if (closed) {
        return;
      }
      closed = true;
      Held held = HELD.get(file);
      held.leases--;
      if (held.leases == 0) {
        HELD.remove(file);
        held.lock.close();
      }
    }
  }
}
