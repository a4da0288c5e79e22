package org.splatline.pipeline.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.splatline.gpu.Threads;
import org.splatline.gpu.io.LockFile;
import org.splatline.gpu.io.PrivateFolder;

/**
 * The folder of one JVM's work folders: {@code splatline-jvm-PID-RANDOM}. The JVM holds a lock on
 * the file of the same name with {@code .lock} at its end. The operating system releases a lock
 * when the process ends, so a folder whose lock can be taken belongs to a dead JVM. The next JVM
 * that works below the same root deletes such folders.
 */
final class JvmFolder {
  /** The folder of this JVM, below {@link LocalFolder#workRoot}. */
  static final JvmFolder OF_THIS_JVM = new JvmFolder(LocalFolder.workRoot());

  private static final Logger LOG = LoggerFactory.getLogger(JvmFolder.class);
  private static final String PREFIX = "splatline-jvm-";
  private static final String LOCK = ".lock";

  private final Path root;
  private Path folder; // null until it is needed

  @SuppressWarnings("unused") // held until the JVM ends
  private LockFile lock;

  JvmFolder(Path root) {
    this.root = root;
  }

  /** Creates the folder if it is absent. The first call deletes the folders of dead JVMs. */
  synchronized Path create() throws IOException {
    if (folder == null) {
      PrivateFolder.create(root);
      deleteOfDeadJvms();
      folder = lockName();
    }
    return Files.createDirectories(folder); // again, in case someone has deleted it
  }

  private Path lockName() throws IOException {
    while (true) {
      String name = PREFIX + ProcessHandle.current().pid() + "-" + UUID.randomUUID();
      Path file = root.resolve(name + LOCK);
      Optional<LockFile> taken =
          LockFile.tryLock(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      if (taken.isPresent() && Files.exists(file)) { // else another JVM deleted the unlocked file
        lock = taken.get();
        Path locked = root.resolve(name);
        Runtime.getRuntime()
            .addShutdownHook(
                Threads.named("delete-work-folder", () -> deleteIfEmpty(locked, file)));
        return locked;
      }
    }
  }

  /** When the JVM ends. A folder in use stays until the next JVM deletes it. */
  private static void deleteIfEmpty(Path folder, Path lock) {
    try {
      Files.deleteIfExists(folder);
      Files.deleteIfExists(lock);
    } catch (DirectoryNotEmptyException inUse) {
      // The lock file must stay too: other JVMs find the folder by it.
    } catch (IOException e) {
      LOG.debug("Cannot delete {}", folder, e);
    }
  }

  private void deleteOfDeadJvms() throws IOException {
    try (DirectoryStream<Path> locks = Files.newDirectoryStream(root, PREFIX + "*" + LOCK)) {
      for (Path file : locks) {
        try {
          deleteIfDead(file);
        } catch (IOException | UncheckedIOException e) { // it may belong to another user
          LOG.debug("Cannot delete the folder of {}", file, e);
        }
      }
    }
  }

  private static void deleteIfDead(Path file) throws IOException {
    Optional<LockFile> taken = LockFile.tryLock(file, StandardOpenOption.WRITE);
    if (taken.isEmpty()) {
      return;
    }
    LockFile lock = taken.get();
    try (lock) {
      String name = file.getFileName().toString();
      Path folder = file.resolveSibling(name.substring(0, name.length() - LOCK.length()));
      LocalFolder.delete(folder);
      Files.deleteIfExists(file); // last: if this JVM dies before, the next one continues
      LOG.info("deleted work folder {} of a JVM that has ended", folder);
    }
  }
}
