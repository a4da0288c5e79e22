package org.splatline.gpu.io;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * Writes local files that appear with all of their content or not at all: written under another
 * name in the same folder, synced to the disk, then renamed.
 */
public final class AtomicFile {
  private AtomicFile() {}

  /** What goes into the file. If it throws, no file appears. */
  @FunctionalInterface
  public interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  /**
   * Writes {@code file} and its missing parent folders. Replaces a file that is there; on a failure
   * leaves it unchanged and leaves nothing else behind.
   */
  public static void write(Path file, Content content) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    Path part = partOf(file);
    try {
      try (FileChannel channel =
          FileChannel.open(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16);
        content.writeTo(out);
        out.flush();
        channel.force(true);
      }
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(part); // gone already unless something threw
    }
  }

  /** A name beside {@code file} to write it under until it is complete. Unique for each call. */
  public static Path partOf(Path file) {
    // Not createTempFile, whose files nobody else may read.
    return file.resolveSibling("." + file.getFileName() + "-" + UUID.randomUUID() + ".part");
  }

  /** Whether a file has a name from {@link #partOf}: it is being written, or was left behind. */
  public static boolean isPart(String name) {
    return name.matches("\\..*-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\\.part");
  }
}
