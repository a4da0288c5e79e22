package org.splatline.gpu.cuda.device;

import static org.splatline.gpu.Checks.checkArgument;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.splatline.gpu.io.LockFile;

/**
 * Reserves a device of this host for this process. Two processes that were given the same device
 * thus learn about it before they start work. A process may take the same device many times. The
 * device is free again after the last close, or when the process ends for any reason. A lease does
 * not stop a process that takes none.
 *
 * <p>Thread-safe. Close it where you took it.
 */
public final class GpuLease implements AutoCloseable {
  /** The system property that names the folder of the locks. */
  public static final String FOLDER_PROPERTY = "splatline.gpu-locks";

  /** Where all processes of a host look, unless the property names another folder. */
  static final String FOLDER = "/tmp/splatline-gpu";

  private static final int MAX_KEY = 200;

  private final Path file;
  private final AtomicBoolean closed = new AtomicBoolean();

  private GpuLease(Path file) {
    this.file = file;
  }

  /**
   * Takes a lease as {@link #take(String, String, Path)} does. The system property {@value
   * #FOLDER_PROPERTY} names the folder; without it, the folder is {@value #FOLDER}, also where the
   * JVM's own folder for temporary files is a container's. All users of the host must use the same
   * folder.
   */
  public static GpuLease take(String deviceKey, String holder) {
    return take(deviceKey, holder, Path.of(System.getProperty(FOLDER_PROPERTY, FOLDER)));
  }

  /**
   * Takes the device for this process, or once more if the process has it already.
   *
   * @param deviceKey the device, by a name that is the same in all processes: {@link
   *     CudaDevice#uuid}. Characters other than letters, digits, dot, dash and underscore become
   *     underscores
   * @param holder who takes the device, such as {@code application app-1 executor 3}. The message
   *     of a process that is refused names the first holder
   * @param folder of the locks, on a disk of this host. It is created for all users if it does not
   *     exist
   * @throws GpuBusyException if another process has the device
   * @throws UncheckedIOException if the folder cannot be used
   */
  public static GpuLease take(String deviceKey, String holder, Path folder) {
    checkArgument(
        !deviceKey.isBlank() && deviceKey.length() <= MAX_KEY,
        "Invalid device key: '%s' is blank or longer than %s characters",
        deviceKey,
        MAX_KEY);
    String name = "gpu-" + deviceKey.replaceAll("[^A-Za-z0-9._-]", "_") + ".lock";
    try {
      Path file = LockFile.folderForAllUsers(folder).resolve(name);
      GpuProcess.CURRENT.acquire(file, () -> locked(deviceKey, holder, file));
      return new GpuLease(file);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Cannot use GPU %s: its lock %s cannot be taken (%s)%s. Let all users of GPUs write to the folder, or name another folder with -D%s"
              .formatted(deviceKey, folder.resolve(name), e, foreignOwner(folder), FOLDER_PROPERTY),
          e);
    } catch (OverlappingFileLockException e) {
      throw new IllegalStateException(
          "Cannot use GPU %s: another class loader of this process holds it. Load Splatline only once"
              .formatted(deviceKey),
          e);
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
        "Cannot use GPU %s: %s holds it%s, and this process is %s. Two processes were given the same device: isolate GPUs per executor (YARN: yarn.io/gpu with cgroups; Kubernetes: the device plug-in), or run one executor per host"
            .formatted(deviceKey, other, foreignOwner(file.getParent()), own));
  }

  /** The other user who made the folder, and so may hold or spoil its locks; empty: none did. */
  private static String foreignOwner(Path folder) {
    try {
      int uid = (Integer) Files.getAttribute(folder, "unix:uid", LinkOption.NOFOLLOW_LINKS);
      return uid == 0 || uid == new UnixSystem().getUid()
          ? ""
          : " (the folder %s belongs to %s: if that is no user of GPUs, name another with -D%s)"
              .formatted(
                  folder, Files.getOwner(folder, LinkOption.NOFOLLOW_LINKS), FOLDER_PROPERTY);
    } catch (IOException e) {
      return ""; // there is none
    }
  }

  /** The number of leases that this process has taken and not closed. */
  static int held() {
    return GpuProcess.CURRENT.leases();
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      GpuProcess.CURRENT.release(file);
    }
  }
}
