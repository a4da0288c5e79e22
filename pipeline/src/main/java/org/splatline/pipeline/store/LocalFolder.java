package org.splatline.pipeline.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;

/** A folder on this machine to work in or to read: deleted when closed, unless it was lent. */
public final class LocalFolder implements AutoCloseable {
  private final Path path;
  private final boolean lent;

  private LocalFolder(Path path, boolean lent) {
    this.path = path;
    this.lent = lent;
  }

  /** Where work folders are: system property {@code splatline.work}, else the temporary files. */
  static Path workRoot() {
    return Path.of(System.getProperty("splatline.work", System.getProperty("java.io.tmpdir")));
  }

  /**
   * An empty folder below {@link #workRoot}. A JVM that ends before it is closed leaves it behind,
   * until another JVM makes its first one there.
   */
  public static LocalFolder temporary(String purpose) {
    try {
      Path parent = JvmFolder.below(workRoot());
      return new LocalFolder(Files.createTempDirectory(parent, purpose + "-"), false);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot make a work folder: " + e.getMessage(), e);
    }
  }

  /** A folder of someone else's, only read; closing leaves it as it is. */
  static LocalFolder lent(Path path) {
    return new LocalFolder(path, true);
  }

  public Path path() {
    return path;
  }

  @Override
  public void close() {
    if (!lent) {
      delete(path);
    }
  }

  /** Deletes a folder with all below it, if it is there. */
  public static void delete(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try {
      Files.walkFileTree(folder, new Deleter());
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot delete work folder " + folder, e);
    }
  }

  private static final class Deleter extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.delete(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path folder, IOException failure) throws IOException {
      if (failure != null) {
        throw failure;
      }
      Files.delete(folder);
      return FileVisitResult.CONTINUE;
    }
  }
}
