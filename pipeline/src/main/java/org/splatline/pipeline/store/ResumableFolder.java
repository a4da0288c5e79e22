package org.splatline.pipeline.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.splatline.gpu.io.LockFile;
import org.splatline.gpu.io.PrivateFolder;

/**
 * A work folder that survives a crash. Whoever opens the same name on this machine next finds its
 * files, until the work is {@link #finished}. Only one process has it open; a second one gets
 * another, empty folder.
 */
public final class ResumableFolder implements AutoCloseable {
  private final Path path;
  private final Optional<LockFile> lock;
  private boolean finished;

  private ResumableFolder(Path path, Optional<LockFile> lock) {
    this.path = path;
    this.lock = lock;
  }

  /** Opens the folder of this name below {@link LocalFolder#workRoot}. */
  public static ResumableFolder open(String name) {
    Path path = LocalFolder.workRoot().resolve("splatline-" + name);
    try {
      PrivateFolder.create(path.getParent());
      Optional<LockFile> lock =
          LockFile.tryLock(
              path.resolveSibling(path.getFileName() + ".lock"),
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE);
      if (lock.isEmpty()) {
        ResumableFolder other = new ResumableFolder(LocalFolder.temporary("work").path(), lock);
        other.finished();
        return other;
      }
      Files.createDirectories(path);
      return new ResumableFolder(path, lock);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot create work folder " + path, e);
    }
  }

  public Path path() {
    return path;
  }

  /** Marks the work as done: closing then deletes the folder. */
  public void finished() {
    finished = true;
  }

  @Override
  public void close() {
    if (finished) {
      LocalFolder.delete(path);
    }
    lock.ifPresent(
        LockFile::close); // the file stays: if it were deleted, two processes could lock the name
  }
}
