package org.splatline.pipeline.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.splatline.gpu.io.LockFile;

/**
 * A work folder that outlives a crash: whoever opens the same name on this machine next finds what
 * was left, until someone says the work is {@link #finished}. While it is open it is no one else's;
 * a second opener works in an empty folder.
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
      Files.createDirectories(path.getParent());
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
      throw new UncheckedIOException("Cannot make work folder " + path, e);
    }
  }

  public Path path() {
    return path;
  }

  /** Nothing is left to resume: closing deletes the folder. */
  public void finished() {
    finished = true;
  }

  @Override
  public void close() {
    if (finished) {
      LocalFolder.delete(path);
    }
    lock.ifPresent(LockFile::close); // its file stays: deleting it would free the name twice
  }
}
