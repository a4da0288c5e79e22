package org.splatline.pipeline.table;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.delta.storage.HadoopFileSystemLogStore;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.util.Iterator;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.s3a.S3AFileSystem;
import org.splatline.pipeline.store.Location;
import org.splatline.pipeline.store.Place;

/**
 * Delta's log on S3 for any number of drivers at the same time. A commit is one conditional PUT: if
 * two drivers write the same version, one gets {@link FileAlreadyExistsException} and tries the
 * next version. If the reply to a PUT is lost, the driver recognises its own commit by its token
 * ({@link Location#createIfAbsent}) and doesn't commit twice.
 *
 * <p>All writers of a table must use this class, or another with conditional writes, such as
 * delta-rs. A store without conditional writes allows one driver at a time (see {@link
 * Location#SINGLE_WRITER}); several drivers then need Delta's own {@code S3DynamoDBLogStore}.
 */
public final class S3ConditionalLogStore extends HadoopFileSystemLogStore {

  public S3ConditionalLogStore(Configuration hadoop) {
    super(hadoop);
  }

  /** Throws {@link FileAlreadyExistsException} if the file exists and may not be replaced. */
  @Override
  public void write(Path path, Iterator<String> actions, Boolean overwrite, Configuration hadoop)
      throws IOException {
    byte[] content = lines(actions);
    Location folder = Location.open(new Place(path.getParent()), hadoop);
    try {
      if (overwrite) {
        folder.write(path.getName(), content);
      } else if (!folder.createIfAbsent(path.getName(), content)) {
        throw new FileAlreadyExistsException(path.toString());
      }
    } catch (UncheckedIOException e) { // Delta handles only these
      throw new IOException(e.getMessage(), e);
    }
  }

  /**
   * The log from a version on. Each look at a table begins at the last checkpoint, so its cost does
   * not grow with the age of the table.
   */
  @Override
  public Iterator<FileStatus> listFrom(Path path, Configuration hadoop) throws IOException {
    return path.getFileSystem(hadoop) instanceof S3AFileSystem s3
        ? new S3LogListing(s3).from(path).iterator()
        : super.listFrom(path, hadoop);
  }

  private static byte[] lines(Iterator<String> actions) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    while (actions.hasNext()) {
      content.writeBytes((actions.next() + "\n").getBytes(UTF_8));
    }
    return content.toByteArray();
  }

  /** Readers see a whole object or none. */
  @Override
  public Boolean isPartialWriteVisible(Path path, Configuration hadoop) {
    return false;
  }
}
