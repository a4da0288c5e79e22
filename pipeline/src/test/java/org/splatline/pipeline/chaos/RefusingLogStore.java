package org.splatline.pipeline.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Iterator;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.splatline.pipeline.table.LocalConditionalLogStore;

/** The log store for local tables, which refuses to write as often as a file says. */
public final class RefusingLogStore extends LocalConditionalLogStore {
  /** Key of Hadoop's setting that names the file with the number of refusals; no file: none. */
  static final String REFUSALS = "splatline.chaos.refusals";

  static final String REASON = "the log refuses to be written";

  public RefusingLogStore(Configuration hadoop) {
    super(hadoop);
  }

  @Override
  public void write(Path path, Iterator<String> lines, Boolean overwrite, Configuration hadoop)
      throws IOException {
    refuse(java.nio.file.Path.of(hadoop.get(REFUSALS)));
    super.write(path, lines, overwrite, hadoop);
  }

  private static synchronized void refuse(java.nio.file.Path file) throws IOException {
    int left = Files.exists(file) ? Integer.parseInt(Files.readString(file)) : 0;
    if (left > 0) {
      Files.writeString(file, Integer.toString(left - 1));
      throw new IOException(REASON);
    }
  }
}
