package org.splatline.gpu.io;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/**
 * Locks that go with their process. A file that this JVM has locked isn't opened again: on POSIX
 * systems closing any channel of a file gives up all of the process's locks on it.
 */
public final class FileLocks {
  private static final Set<Path> HELD = new HashSet<>();

  private FileLocks() {}

  /** A file this JVM alone has locked, until it is closed. */
  public record Held(Path file, FileChannel channel) implements Closeable {
    @Override
    public void close() throws IOException {
      synchronized (HELD) {
        if (channel.isOpen()) { // else the file may be held anew
          HELD.remove(file);
          channel.close();
        }
      }
    }
  }

  /** The file opened and locked; null when someone else, or this JVM, has the lock. */
  public static Held tryLock(Path file, OpenOption... options) throws IOException {
    Path absolute = file.toAbsolutePath().normalize();
    synchronized (HELD) {
      if (HELD.contains(absolute)) {
        return null;
      }
      FileChannel channel = FileChannel.open(absolute, options);
      if (channel.tryLock() == null) {
        channel.close();
        return null;
      }
      HELD.add(absolute);
      return new Held(absolute, channel);
    }
  }
}
