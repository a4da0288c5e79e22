package org.splatline.pipeline.store;

import java.io.IOException;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.StreamCapabilities;
import org.splatline.gpu.io.AtomicFile;

/** Writes files through Hadoop. A file appears with all of its content or not at all. */
final class WholeFile {

  private WholeFile() {}

  /** Writes to {@code out} and closes it. If that fails, the upload is aborted. */
  static void write(
      FSDataOutputStream out, FileSystem fileSystem, Path path, AtomicFile.Content content)
      throws IOException {
    try {
      content.writeTo(out);
    } catch (IOException | RuntimeException | Error e) {
      abort(out, fileSystem, path, e);
      throw e;
    }
    out.close();
  }

  /** Closing alone would not do: S3A would then store the part that was written. */
  private static void abort(
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
