package org.splatline.gpu.io;

import static org.splatline.gpu.Checks.checkState;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NotDirectoryException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A lock between processes. The operating system releases it when the process ends, however that
 * happens. The file can also say who holds the lock.
 *
 * <p>Two ranges of the file are locked. The holder locks the one far behind the text for as long as
 * it holds the lock. The range of the text is locked briefly, by who takes the lock and writes the
 * text, and by who fails to take it and reads the text. So a text that is read is complete and was
 * written by the holder.
 *
 * <p>A process loses its locks on a file when it closes any channel of that file (POSIX). So this
 * class never opens a file that this process has locked. Other code must not open it either, not
 * even to read it.
 */
public final class LockFile implements AutoCloseable {
  private static final long HOLDER_AT = 1L << 32; // far behind the text
  private static final int MAX_TEXT = 1024; // bytes
  private static final int MAX_HOLDER = 300; // characters
  private static final int STICKY_FOR_ALL = 01777;

  /** Files that this process has locked; guarded by itself. */
  private static final Set<Path> LOCKED = new HashSet<>();

  /** Never closed: closing one would end another class loader's lock on the same file. */
  private static final Set<FileChannel> KEPT_OPEN = ConcurrentHashMap.newKeySet();

  private final Path file;
  private final FileChannel channel;
  private boolean isLocked; // guarded by LOCKED

  private LockFile(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /**
   * Opens a file and locks it. Empty when another process, or this one, has locked it.
   *
   * @param options to open the file with; must include {@link StandardOpenOption#WRITE}
   */
  public static Optional<LockFile> tryLock(Path file, OpenOption... options) throws IOException {
    Path absolute = file.toAbsolutePath().normalize();
    synchronized (LOCKED) {
      if (LOCKED.contains(absolute)) {
        return Optional.empty();
      }
      LockFile lock = new LockFile(absolute, FileChannel.open(absolute, options));
      try {
        if (lock.tryLock()) {
          return Optional.of(lock);
        }
      } catch (IOException e) {
        lock.close();
        throw e;
      }
      lock.close();
      return Optional.empty();
    }
  }

  /** The real path of a folder, made when absent so that all users may add files. */
  public static Path folderForAllUsers(Path folder) throws IOException {
    Path parent = folder.toAbsolutePath().getParent();
    if (parent != null && !Files.isDirectory(parent)) {
      Files.createDirectories(parent);
    }
    if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      makeForAllUsers(folder);
    }
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      throw new NotDirectoryException(folder + ", a link or a file");
    }
    return folder.toRealPath();
  }

  /** It gets its name when all users may use it: a process that dies earlier stops nobody. */
  private static void makeForAllUsers(Path folder) throws IOException {
    Path part = AtomicFile.partOf(folder.toAbsolutePath());
    Files.createDirectory(part);
    try {
      Files.setAttribute(part, "unix:mode", STICKY_FOR_ALL);
      Files.move(part, folder, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileSystemException e) {
      Files.delete(part);
      if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) { // else another process was faster
        throw e;
      }
    }
  }

  /**
   * Opens a file, made when absent, that all users may lock. Does not follow links. Take the lock
   * with {@link #tryLock(String)}.
   *
   * @throws IllegalStateException when this process has locked the file
   */
  public static LockFile openForAllUsers(Path file) throws IOException {
    Path absolute = file.toAbsolutePath().normalize();
    synchronized (LOCKED) {
      checkState(!LOCKED.contains(absolute), "Cannot open %s: this process has locked it", file);
    }
    if (!Files.exists(absolute, LinkOption.NOFOLLOW_LINKS)) {
      makeForAllUsersFile(absolute);
    }
    if (!Files.isRegularFile(absolute, LinkOption.NOFOLLOW_LINKS)) {
      throw new FileSystemException(file.toString(), null, "a link or no file: remove it");
    }
    // Without CREATE, which Linux refuses in a sticky folder for another user's file
    // (fs.protected_regular).
    return new LockFile(
        absolute,
        FileChannel.open(
            absolute,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            LinkOption.NOFOLLOW_LINKS));
  }

  /** As {@link #makeForAllUsers}. Lock files are never deleted. */
  private static void makeForAllUsersFile(Path file) throws IOException {
    Path part = AtomicFile.partOf(file);
    Files.createFile(part);
    try {
      Files.setPosixFilePermissions(part, PosixFilePermissions.fromString("rw-rw-rw-"));
      Files.createLink(file, part);
    } catch (FileAlreadyExistsException e) {
      // another process was faster
    } finally {
      Files.delete(part);
    }
  }

  /** One line that names the holder, and this process by its id and host. */
  public static String description(String holder) {
    String line = oneLine(holder);
    return "%s, pid %d on host %s"
        .formatted(
            line.substring(0, Math.min(MAX_HOLDER, line.length())),
            ProcessHandle.current().pid(),
            host());
  }

  /** The host's name as the kernel has it; asking the network for it may take long. */
  public static String host() {
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
   * Takes the lock and writes {@code text}; false when another process has it.
   *
   * @throws OverlappingFileLockException when another class loader of this process has it
   */
  public boolean tryLock(String text) throws IOException {
    try {
      FileLock textLock = channel.lock(0, HOLDER_AT, false);
      try {
        boolean isTaken = tryLock();
        if (isTaken) {
          write(text);
        }
        return isTaken;
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

  private boolean tryLock() throws IOException {
    synchronized (LOCKED) {
      try {
        isLocked = channel.tryLock(HOLDER_AT, 1, false) != null;
      } catch (OverlappingFileLockException e) {
        KEPT_OPEN.add(channel);
        throw e;
      }
      if (isLocked) {
        LOCKED.add(file);
      }
      return isLocked;
    }
  }

  private void write(String text) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap((text + "\n").getBytes(StandardCharsets.UTF_8));
    channel.truncate(0);
    while (bytes.hasRemaining()) {
      channel.write(bytes, bytes.position());
    }
  }

  /** The text of the process that has the lock, or had it a moment ago. */
  public String text() throws IOException {
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

  /** An interrupt closes the channel, which releases its locks. */
  private static void release(FileLock lock) throws IOException {
    if (lock.isValid()) {
      lock.release();
    }
  }

  /** Releases the lock. The file stays. */
  @Override
  public void close() {
    synchronized (LOCKED) {
      if (isLocked) {
        isLocked = false;
        LOCKED.remove(file);
      }
      try {
        channel.close();
      } catch (IOException e) {
        throw new UncheckedIOException("Cannot release lock file " + file, e);
      }
    }
  }
}
