package org.splatline.gpu.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.splatline.gpu.io.LockFile;

/**
 * The folder of a command's results and checkpoints. One process at a time writes to it. It is free
 * again when that process ends, however that happens.
 */
final class OutFolder implements AutoCloseable {
  /** Stays when the folder is free: if it were deleted, two processes could lock the name. */
  static final String LOCK = ".splatline.lock";

  private final Path path;
  private final LockFile lock;

  private OutFolder(Path path, LockFile lock) {
    this.path = path;
    this.lock = lock;
  }

  /**
   * Takes the folder for the calling command, which closes it.
   *
   * @param path created if it does not exist
   * @param command named to another process that asks for the folder, with this process and host
   * @throws IllegalArgumentException if the folder can't be written, or another command has it
   */
  static OutFolder take(Path path, String command) {
    try {
      Files.createDirectories(path);
      Files.delete(Files.createTempFile(path, ".write", ".probe"));
      return new OutFolder(path, locked(path, LockFile.description(command)));
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "Cannot write to %s: %s. Name another folder with --out".formatted(path, e), e);
    }
  }

  private static LockFile locked(Path path, String own) throws IOException {
    LockFile lock;
    try {
      lock = LockFile.openForAllUsers(path.toRealPath().resolve(LOCK));
      if (lock.tryLock(own)) {
        return lock;
      }
    } catch (IllegalStateException e) { // another command of this process has locked it
      throw inUse(path, own, e);
    }
    try (lock) {
      throw inUse(path, lock.text(), null);
    }
  }

  private static IllegalArgumentException inUse(Path path, String holder, Exception cause) {
    return new IllegalArgumentException(
        "Cannot write to %s: %s writes to it. Wait until it ends, or name another folder with --out"
            .formatted(path, holder),
        cause);
  }

  Path path() {
    return path;
  }

  @Override
  public void close() {
    lock.close();
  }
}
