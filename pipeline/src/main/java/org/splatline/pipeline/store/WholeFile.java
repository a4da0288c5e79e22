package org.splatline.pipeline.store;

import java.io.IOException;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.StreamCapabilities;
import org.splatline.gpu.io.AtomicFile;

/** Writes files through Hadoop that appear with all of their content or not at all. */
final class WholeFile {

  private WholeFile() {}

  /** Writes to {@code out}, which ends closed: what was written stands, or was given up. */
  static void write(
      FSDataOutputStream out, FileSystem fileSystem, Path path, AtomicFile.Content content)
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
