package org.splatline.gpu.format;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;

/**
 * Files that are whole or not there: written under another name in the same folder, then renamed.
 */
public final class AtomicFile {
  private AtomicFile() {}

  /** What goes into the file. */
  @FunctionalInterface
  public interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  /** Replaces {@code file} if it's there; leaves it as it was, and nothing else, on a failure. */
  public static void write(Path file, Content content) throws IOException {
    // Not createTempFile, whose files nobody else may read.
    Path temporary =
        file.toAbsolutePath()
            .resolveSibling("." + file.getFileName() + "-" + UUID.randomUUID() + ".part");
    try {
      try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(temporary), 1 << 16)) {
        content.writeTo(out);
      }
      Files.move(
          temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(temporary); // gone already unless something threw
    }
  }
}
