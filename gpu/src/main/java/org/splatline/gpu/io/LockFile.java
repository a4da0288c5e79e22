package org.splatline.gpu.io;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.splatline.gpu.cuda.device.GpuLease;

/**
 * A lock between processes, and a text that says who has it. Two ranges of the file are locked: the
 * holder's, as long as it holds, and the text's, while someone takes the lock and writes, or fails
 * to and reads. So a text read is whole and the holder's; a dead process's says nothing, as it
 * holds no range.
 *
 * <p>A process's locks on a file end when it closes any channel to it (POSIX), so it must not open
 * one that it holds again, not even to read it or to set its times. {@link GpuLease} sees to that.
 */
public final class LockFile implements AutoCloseable {
  private static final long HOLDER_AT = 1L << 32; // far beyond the text
  private static final int MAX_TEXT = 1024; // bytes
  private static final int MAX_HOLDER = 300; // characters
  private static final int OPEN_TRIES = 50;
  private static final int OPEN_TRY_MILLIS = 20;
  private static final int STICKY_FOR_ALL = 01777;

  /** Never closed: another class loader's lock on the same file would end. */
  private static final ConcurrentLinkedQueue<FileChannel> KEPT_OPEN = new ConcurrentLinkedQueue<>();

  private final FileChannel channel;

  private LockFile(FileChannel channel) {
    this.channel = channel;
  }

  /** The folder by its real name, made when absent so that all users may add files. */
  public static Path prepared(Path folder) throws IOException {
    Path parent = folder.toAbsolutePath().getParent();
    if (parent != null && !Files.isDirectory(parent)) {
      Files.createDirectories(parent);
    }
    try {
      Files.createDirectory(folder);
      Files.setAttribute(folder, "unix:mode", STICKY_FOR_ALL);
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
        throw new NotDirectoryException(folder + ", a link or a file");
      }
    }
    return folder.toRealPath();
  }

  /** Opens it, made when absent for all users to write. Links aren't followed. */
  public static LockFile open(Path file) throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        makeIfAbsent(file);
        // Without CREATE, which a sticky folder refuses for another user's file
        // (protected_regular).
        return new LockFile(
            FileChannel.open(
                file,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                LinkOption.NOFOLLOW_LINKS));
      } catch (AccessDeniedException e) {
        if (attempt == OPEN_TRIES) {
          throw e;
        }
        pause(); // another user has made it and not yet set its permissions
      }
    }
  }

  private static void makeIfAbsent(Path file) throws IOException {
    try {
      Files.createFile(file);
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
    } catch (FileAlreadyExistsException e) {
      // As it mostly does: it's never deleted.
    }
  }

  private static void pause() throws IOException {
    try {
      Thread.sleep(OPEN_TRY_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /** What a file says of this process: {@code holder}, its process id and its host; one line. */
  public static String description(String holder) {
    String line = oneLine(holder);
    return "%s, pid %d on host %s"
        .formatted(
            line.substring(0, Math.min(MAX_HOLDER, line.length())),
            ProcessHandle.current().pid(),
            host());
  }

  /** Not asked of the network, which may take long. */
  private static String host() {
    try {
      return oneLine(Files.readString(Path.of("/proc/sys/kernel/hostname")));
    } catch (IOException e) {
      return "unknown";
    }
  }

  private static String oneLine(String text) {
    return text.replaceAll("\\p{Cntrl}+", " ").strip();
  }

  /**
   * Takes the lock and writes {@code text}; false when another process has it. Throws {@link
   * OverlappingFileLockException} where another class loader of this process has it.
   */
  public boolean tryTake(String text) throws IOException {
    try {
      FileLock textLock = channel.lock(0, HOLDER_AT, false);
      try {
        boolean taken = channel.tryLock(HOLDER_AT, 1, false) != null;
        if (taken) {
          write(text);
        }
        return taken;
      } finally {
        release(textLock);
      }
    } catch (OverlappingFileLockException e) {
      KEPT_OPEN.add(channel);
      throw e;
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  private void write(String text) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap((text + "\n").getBytes(StandardCharsets.UTF_8));
    channel.truncate(0);
    while (bytes.hasRemaining()) {
      channel.write(bytes, bytes.position());
    }
  }

  /** Who has the lock, or had it a moment ago. */
  public String content() throws IOException {
    FileLock textLock = channel.lock(0, HOLDER_AT, true);
    try {
      ByteBuffer bytes = ByteBuffer.allocate(MAX_TEXT);
      int read = 0;
      while (read >= 0 && bytes.hasRemaining()) {
        read = channel.read(bytes, bytes.position());
      }
      return oneLine(new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8));
    } finally {
      release(textLock);
    }
  }

  /** An interrupt has closed the channel, and given up the lock, before. */
  private static void release(FileLock lock) throws IOException {
    if (lock.isValid()) {
      lock.release();
    }
  }

  /** Gives the lock up. */
  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot give up a GPU's lock", e);
    }
  }
}
