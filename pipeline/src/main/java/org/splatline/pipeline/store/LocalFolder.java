package org.splatline.pipeline.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.splatline.gpu.io.PrivateFolder;

/** A folder on this machine to work in or to read. Closing deletes it unless it is lent. */
public final class LocalFolder implements AutoCloseable {
  private final Path path;
  private final boolean lent;

  private LocalFolder(Path path, boolean lent) {
    this.path = path;
    this.lent = lent;
  }

  /**
   * The parent of work folders: this user's own, below system property {@code splatline.work} or
   * else below the temp folder.
   */
  static Path workRoot() {
    return PrivateFolder.path(
        Path.of(System.getProperty("splatline.work", System.getProperty("java.io.tmpdir"))));
  }

  /**
   * Creates an empty folder below {@link #workRoot}. If the JVM ends before it is closed, the
   * folder stays until another JVM creates its first one there.
   */
  public static LocalFolder temporary(String purpose) {
    try {
      Path parent = JvmFolder.OF_THIS_JVM.create();
      return new LocalFolder(Files.createTempDirectory(parent, purpose + "-"), false);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot create a work folder: " + e.getMessage(), e);
    }
  }

  /** An existing folder, for reading only. Closing leaves it as it is. */
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

  /** Deletes a folder and everything below it, if it is there. */
  public static void delete(Path folder) {
    try {
      deleteTree(folder);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot delete work folder " + folder, e);
    }
  }

  /** Deletes a file, or a folder and everything below it, if it is there. */
  static void deleteTree(Path root) throws IOException {
    if (Files.exists(root, LinkOption.NOFOLLOW_LINKS)) {
      Files.walkFileTree(root, new Deleter());
    }
  }

  private static final class Deleter extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.deleteIfExists(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path folder, IOException failure) throws IOException {
      if (failure != null) {
        throw failure;
      }
      Files.deleteIfExists(folder);
      return FileVisitResult.CONTINUE;
    }
  }
}
