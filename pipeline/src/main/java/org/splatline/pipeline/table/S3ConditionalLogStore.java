package org.splatline.pipeline.table;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.delta.storage.HadoopFileSystemLogStore;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.util.Iterator;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.splatline.pipeline.store.Location;

/**
 * Delta's log on S3, for any number of drivers at once: a commit is one conditional PUT, so of two
 * drivers that write the same version one gets {@link FileAlreadyExistsException} and tries the
 * next. A driver whose PUT took effect and whose reply was lost finds its own commit by its mark
 * ({@link Location#createIfAbsent}) and doesn't commit twice.
 *
 * <p>All writers of a table must use it, or another that puts conditionally, as delta-rs does. On a
 * store that lacks conditional writes it serves one driver at a time, as {@link
 * Location#SINGLE_WRITER} says; several need Delta's own {@code S3DynamoDBLogStore}.
 */
public final class S3ConditionalLogStore extends HadoopFileSystemLogStore {

  public S3ConditionalLogStore(Configuration hadoop) {
    super(hadoop);
  }

  /**
   * Throws {@link FileAlreadyExistsException} when there is such a file and it may not be replaced.
   */
  @Override
  public void write(Path path, Iterator<String> actions, Boolean overwrite, Configuration hadoop)
      throws IOException {
    byte[] content = lines(actions);
    Location folder = Location.open(path.getParent().toString(), hadoop);
    try {
      if (overwrite) {
        folder.write(path.getName(), content);
      } else if (!folder.createIfAbsent(path.getName(), content)) {
        throw new FileAlreadyExistsException(path.toString());
      }
    } catch (UncheckedIOException e) { // Delta knows these alone
      throw new IOException(e.getMessage(), e);
    }
  }

  private static byte[] lines(Iterator<String> actions) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    while (actions.hasNext()) {
      content.writeBytes((actions.next() + "\n").getBytes(UTF_8));
    }
    return content.toByteArray();
  }

  /** An object appears whole. */
  @Override
  public Boolean isPartialWriteVisible(Path path, Configuration hadoop) {
    return false;
  }
}
