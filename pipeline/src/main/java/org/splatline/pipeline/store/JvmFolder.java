package org.splatline.pipeline.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.splatline.gpu.Threads;
import org.splatline.gpu.io.LockFile;

/**
 * Where a JVM's work folders are: {@code splatline-jvm-PID-RANDOM}, with a file {@code .lock}
 * beside it that the JVM keeps locked. A lock goes with its process however that ends, so a folder
 * whose lock can be taken is a dead JVM's; the next JVM to work there deletes it.
 */
final class JvmFolder {
  private static final Logger LOG = LoggerFactory.getLogger(JvmFolder.class);
  private static final String PREFIX = "splatline-jvm-";
  private static final String LOCK = ".lock";
  private static final Map<Path, JvmFolder> MADE = new HashMap<>(); // by root

  private final Path path;

  @SuppressWarnings("unused") // held, not used: closed, it would be anyone's
  private final LockFile lock;

  private JvmFolder(Path path, LockFile lock) {
    this.path = path;
    this.lock = lock;
  }

  /** This JVM's folder below {@code root}; the first call sweeps away those of dead JVMs. */
  static synchronized Path below(Path root) throws IOException {
    JvmFolder folder = MADE.get(root);
    if (folder == null) {
      Files.createDirectories(root);
      sweep(root);
      folder = make(root);
      MADE.put(root, folder);
    }
    return Files.createDirectories(folder.path); // again, should someone have cleared the root
  }

  private static JvmFolder make(Path root) throws IOException {
    while (true) {
      String name = PREFIX + ProcessHandle.current().pid() + "-" + UUID.randomUUID();
      Path file = root.resolve(name + LOCK);
      Optional<LockFile> lock =
          LockFile.tryLock(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      if (lock.isPresent() && Files.exists(file)) { // else a sweep deleted the file before its lock
        JvmFolder folder = new JvmFolder(root.resolve(name), lock.get());
        Runtime.getRuntime()
            .addShutdownHook(
                Threads.named("delete-work-folder", () -> deleteIfEmpty(folder.path, file)));
        return folder;
      }
    }
  }

  /** At an ordered end; what is still worked in stays for the next JVM's sweep. */
  private static void deleteIfEmpty(Path folder, Path lock) {
    try {
      Files.deleteIfExists(folder);
      Files.deleteIfExists(lock);
    } catch (DirectoryNotEmptyException stillWorkedIn) {
      // Its lock file must stay too, or no one would know it.
    } catch (IOException e) {
      LOG.debug("Cannot delete {}", folder, e);
    }
  }

  private static void sweep(Path root) throws IOException {
    try (DirectoryStream<Path> locks = Files.newDirectoryStream(root, PREFIX + "*" + LOCK)) {
      for (Path lock : locks) {
        try {
          sweepIfDead(lock);
        } catch (IOException | UncheckedIOException e) { // another user's, say
          LOG.debug("Cannot sweep {}", lock, e);
        }
      }
    }
  }

  private static void sweepIfDead(Path file) throws IOException {
    Optional<LockFile> taken = LockFile.tryLock(file, StandardOpenOption.WRITE);
    if (taken.isEmpty()) {
      return;
    }
    LockFile lock = taken.get();
    try (lock) {
      String name = file.getFileName().toString();
      Path folder = file.resolveSibling(name.substring(0, name.length() - LOCK.length()));
      LocalFolder.delete(folder);
      Files.deleteIfExists(file); // last: cut off before this, the next sweep goes on
      LOG.info("deleted {}, left behind by a JVM that is gone", folder);
    }
  }
}
