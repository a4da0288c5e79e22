package org.splatline.gpu.io;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes local files that appear with all of their content or not at all. A file is written under
 * another name in the same folder and synced to the disk before it gets its name; then the folder
 * is synced, as is the parent of each folder that is made for it. So a host that fails leaves the
 * whole file or no file of that name.
 */
public final class AtomicFile {
  private static final Logger LOG = LoggerFactory.getLogger(AtomicFile.class);
  private static final int BUFFER_BYTES = 1 << 16;

  private AtomicFile() {}

  /** Writes a file's content. If it throws, no file appears. */
  @FunctionalInterface
  public interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  /**
   * Writes {@code file} and its missing parent folders. Replaces an existing file; on a failure
   * leaves it unchanged and leaves nothing else behind.
   */
  public static void write(Path file, Content content) throws IOException {
    Path part = partOf(file);
    try {
      writePart(part, content);
      rename(part, file);
    } finally {
      Files.deleteIfExists(part); // renamed, and so absent, unless something threw
    }
  }

  /**
   * As {@link #write}, but never replaces a file. Of several callers, in any process, one succeeds.
   *
   * @throws FileAlreadyExistsException when the file exists
   */
  public static void create(Path file, Content content) throws IOException {
    Path part = partOf(file);
    try {
      writePart(part, content);
      Files.createLink(file, part); // appears at once and never replaces a file
      syncFolder(file);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  /**
   * Gives a file from {@link #partOf}, complete and closed, the name it was written for. Only
   * callers that cannot write their file in one go need this.
   */
  public static void publish(Path part, Path file) throws IOException {
    syncContent(part);
    rename(part, file);
  }

  /** Syncs a file or folder that something else has written, and its name, to the disk. */
  public static void sync(Path file) throws IOException {
    syncContent(file);
    syncFolder(file);
  }

  private static void syncContent(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** A name beside {@code file} to write it under until it is complete. Unique for each call. */
  public static Path partOf(Path file) {
    // Not createTempFile: it makes files that only their owner may read.
    // Without the file's own name, which may be as long as the file system allows.
    return file.resolveSibling("." + UUID.randomUUID() + ".part");
  }

  /**
   * Whether a file has a name from {@link #partOf}: it is being written, or was left behind, maybe
   * by an earlier version, which put the file's name in front.
   */
  public static boolean isPart(String name) {
    return name.matches("\\.(.*-)?[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\\.part");
  }

  private static void writePart(Path part, Content content) throws IOException {
    makeFolder(folderOf(part));
    try (FileChannel channel =
        FileChannel.open(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER_BYTES);
      content.writeTo(out);
      out.flush();
      channel.force(true);
    }
  }

  private static void makeFolder(Path folder) throws IOException {
    if (Files.isDirectory(folder)) {
      return;
    }
    if (folder.getParent() != null) {
      makeFolder(folder.getParent());
    }
    try {
      Files.createDirectory(folder);
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(folder)) { // else another writer was faster
        throw e;
      }
    }
    syncFolder(folder);
  }

  private static void rename(Path part, Path file) throws IOException {
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    syncFolder(file);
  }

  /** Syncs the folder that a file or folder is in. */
  private static void syncFolder(Path child) {
    Path folder = folderOf(child);
    try {
      syncContent(folder);
    } catch (IOException e) {
      LOG.debug("Cannot sync folder {} to the disk: some file systems do not allow it", folder, e);
    }
  }

  private static Path folderOf(Path file) {
    return file.toAbsolutePath().getParent();
  }
}
