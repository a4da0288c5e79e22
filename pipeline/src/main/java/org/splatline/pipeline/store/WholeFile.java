package org.splatline.pipeline.store;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.util.UUID;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.StreamCapabilities;

/** Writes files that appear with all of their content or not at all. */
final class WholeFile {

  /** What goes into a file; whatever it throws, no file appears. */
  interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  private WholeFile() {}

  /**
   * Writes a file of this machine, replacing one that is there. Not through Hadoop: without its
   * native library it starts a process for each permission it sets, 87 for a tiny scene.
   */
  static void writeLocal(java.nio.file.Path file, Content content) throws IOException {
    Files.createDirectories(file.getParent());
    java.nio.file.Path part = partOf(file);
    try {
      try (OutputStream out = Files.newOutputStream(part)) {
        content.writeTo(out);
      }
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  /** A name beside {@code file} for what will be it; of each caller another. */
  static java.nio.file.Path partOf(java.nio.file.Path file) {
    return file.resolveSibling("." + file.getFileName() + "-" + UUID.randomUUID() + ".part");
  }

  /**
   * Whether a file of this name is one that {@link #partOf} names, still written or left behind.
   */
  static boolean isPart(String name) {
    return name.matches("\\..*-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\\.part");
  }

  /** Writes to {@code out}, which ends closed: what was written stands, or was given up. */
  static void write(FSDataOutputStream out, FileSystem fileSystem, Path path, Content content)
      throws IOException {
    try {
      content.writeTo(out);
    } catch (IOException | RuntimeException | Error e) {
      giveUp(out, fileSystem, path, e);
      throw e;
    }
    out.close();
  }

  /** S3A's close would complete the upload, with what there is of the content. */
  private static void giveUp(
      FSDataOutputStream out, FileSystem fileSystem, Path path, Throwable because) {
    try {
      if (out.hasCapability(StreamCapabilities.ABORTABLE_STREAM)) {
        out.abort();
        out.close();
      } else {
        out.close();
        fileSystem.delete(path, false);
      }
    } catch (IOException | RuntimeException e) {
      because.addSuppressed(e);
    }
  }
}
