package org.splatline.pipeline.store;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.splatline.gpu.io.AtomicFile;
import org.splatline.gpu.io.PlainFiles;

/**
 * A folder on this machine. Hadoop isn't asked: its local file system keeps a second file of
 * checksums beside each file, and starts a process for each file's permissions.
 */
final class LocalLocation extends Location {
  private static final int EXCHANGES = 100; // more than processes that publish one scene at once

  private final Path folder;

  LocalLocation(Path folder) {
    this.folder = folder;
  }

  private Path resolve(String path) {
    return folder.resolve(path).normalize();
  }

  @Override
  Place place(String path) {
    return Place.local(resolve(path));
  }

  @Override
  public Location at(String path) {
    return new LocalLocation(resolve(path));
  }

  @Override
  public String name() {
    return Objects.toString(folder.getFileName(), ""); // the root has none
  }

  @Override
  public Location parent() {
    return new LocalLocation(folder.getParent());
  }

  @Override
  Optional<String> oddityHere() throws IOException {
    return PlainFiles.oddity(folder);
  }

  @Override
  Optional<StoredFile> file() throws IOException {
    return Files.exists(folder) && !Files.isDirectory(folder)
        ? Optional.of(stored(name(), folder))
        : Optional.empty();
  }

  private static StoredFile stored(String path, Path file) throws IOException {
    BasicFileAttributes found =
        Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    String version = Long.toString(found.lastModifiedTime().toMillis());
    return new StoredFile(path, found.size(), version, found.lastModifiedTime().toInstant());
  }

  @Override
  LocalFolder fetchFileHere() {
    return LocalFolder.lent(folder.getParent());
  }

  @Override
  boolean isPresent(String path) {
    return Files.exists(resolve(path));
  }

  @Override
  Children listChildren() throws IOException {
    List<String> folders = new ArrayList<>();
    List<String> files = new ArrayList<>();
    if (!Files.isDirectory(folder)) {
      return new Children(folders, files);
    }
    try (Stream<Path> children = Files.list(folder)) {
      children.forEach(
          child ->
              (Files.isDirectory(child) ? folders : files).add(child.getFileName().toString()));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    return new Children(folders, files);
  }

  @Override
  List<StoredFile> listTree() throws IOException {
    List<StoredFile> files = new ArrayList<>();
    if (!Files.isDirectory(folder)) {
      return files;
    }
    Path real = folder.toRealPath();
    try (Stream<Path> walk = Files.walk(real)) {
      for (Path file : walk.filter(LocalLocation::isFile).toList()) {
        files.add(stored(real.relativize(file).toString().replace('\\', '/'), file));
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    return files;
  }

  private static boolean isFile(Path file) {
    return !AtomicFile.isPart(file.getFileName().toString())
        && !Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS);
  }

  @Override
  byte[] bytes(String path) throws IOException {
    return Files.readAllBytes(resolve(path));
  }

  @Override
  void readTo(String path, OutputStream out) throws IOException {
    Files.copy(resolve(path), out);
  }

  @Override
  void writeWhole(String path, AtomicFile.Content content) throws IOException {
    AtomicFile.write(resolve(path), content);
  }

  @Override
  boolean create(String path, byte[] content) throws IOException {
    try {
      AtomicFile.create(resolve(path), out -> out.write(content));
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    }
  }

  /** One after another: they share a disk. */
  @Override
  void writeAll(List<Runnable> writes) {
    writes.forEach(Runnable::run);
  }

  @Override
  void fetchTo(String path, Path target) throws IOException {
    AtomicFile.write(target, out -> readTo(path, out));
  }

  @Override
  LocalFolder fetchAll() {
    return LocalFolder.lent(folder);
  }

  @Override
  void remove(String path) throws IOException {
    LocalFolder.deleteTree(resolve(path));
  }

  @Override
  void removeIfEmpty() throws IOException {
    try {
      Files.deleteIfExists(folder);
    } catch (DirectoryNotEmptyException e) {
      // then it stays
    }
  }

  @Override
  void replaceTree(String path, FolderContent content) throws IOException {
    Path folder = resolve(path);
    Path part = AtomicFile.partOf(folder);
    try {
      Files.createDirectories(part);
      content.writeTo(new LocalLocation(part));
      exchange(part, folder);
    } finally {
      LocalFolder.deleteTree(part); // renamed, and so absent, unless something threw
    }
  }

  /** Another process may do the same: then the one that renames last has its folder there. */
  private static void exchange(Path part, Path folder) throws IOException {
    for (int round = 1; ; round++) {
      Path earlier = AtomicFile.partOf(folder);
      try {
        Files.move(folder, earlier, StandardCopyOption.ATOMIC_MOVE);
      } catch (NoSuchFileException e) {
        // the first, or moved by another process
      }
      try {
        Files.move(part, folder, StandardCopyOption.ATOMIC_MOVE);
        LocalFolder.deleteTree(earlier);
        return;
      } catch (FileSystemException e) {
        if (!Files.exists(folder) && Files.exists(earlier)) {
          Files.move(earlier, folder, StandardCopyOption.ATOMIC_MOVE);
          throw e;
        }
        LocalFolder.deleteTree(earlier);
        if (round == EXCHANGES) {
          throw e;
        }
      }
    }
  }

  @Override
  Location withConditions() {
    return this;
  }
}
