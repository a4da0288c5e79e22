package org.splatline.pipeline.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.OpenOption;
import java.nio.file.Path;

/** Locks that go with their process. */
final class FileLocks {
  private FileLocks() {}

  /** The file opened and locked until the channel closes; null when someone else has the lock. */
  static FileChannel tryLock(Path file, OpenOption... options) throws IOException {
    FileChannel channel = FileChannel.open(file, options);
    try {
      FileLock lock = channel.tryLock();
      if (lock != null) {
        return channel;
      }
    } catch (OverlappingFileLockException heldByThisJvm) {
      // The same as held by another.
    }
    channel.close();
    return null;
  }
}
