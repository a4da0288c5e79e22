package org.splatline.pipeline.store;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.hadoop.fs.FSDataOutputStreamBuilder;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Options.CreateFileOptionKeys;
import org.apache.hadoop.fs.Path;

/**
 * Creates objects on S3 unless they exist. Each creation writes a unique token into its object's
 * metadata. If a reply is lost, the request is repeated and S3 refuses it, because the first one
 * took effect; the token then shows that the object is this caller's own.
 */
final class ConditionalCreate {
  private static final String TOKEN = "splatline-writer";
  private static final int TRIES = 10;
  private static final int MAX_PAUSE_MILLIS = 200;

  /** Whose object exists. */
  private enum Owner {
    OURS,
    OTHERS,
    NONE
  }

  private final FileSystem fileSystem;
  private final boolean looksFirst;

  /**
   * @param looksFirst for a store that ignores conditions: looks for the object before it writes,
   *     which is safe with one writer only
   */
  ConditionalCreate(FileSystem fileSystem, boolean looksFirst) {
    this.fileSystem = fileSystem;
    this.looksFirst = looksFirst;
  }

  /** Returns true if it created the object, and false if the object exists already. */
  boolean create(Path path, byte[] content) throws IOException {
    String token = UUID.randomUUID().toString();
    for (int attempt = 1; ; attempt++) {
      try {
        if (looksFirst && fileSystem.exists(path)) {
          return false;
        }
        put(path, content, token);
        return true;
      } catch (IOException e) {
        Owner owner = owner(path, token, e);
        if (owner == Owner.OURS) {
          return true;
        }
        if (owner == Owner.OTHERS) {
          return false;
        }
        if (attempt == TRIES || !maySucceedLater(e)) {
          throw e;
        }
        pause();
      }
    }
  }

  /** The object was deleted since, or S3 was handling another request for it. */
  private static boolean maySucceedLater(IOException e) {
    return S3Answers.isPreconditionFailed(e) || S3Answers.isConflict(e);
  }

  private void put(Path path, byte[] content, String token) throws IOException {
    FSDataOutputStreamBuilder<?, ?> file = fileSystem.createFile(path);
    file.overwrite(true); // without a look first: the condition below decides
    file.recursive();
    file.opt("fs.s3a.create.header." + TOKEN, token);
    if (!looksFirst) {
      file.must(CreateFileOptionKeys.FS_OPTION_CREATE_CONDITIONAL_OVERWRITE, true);
    }
    WholeFile.write(file.build(), fileSystem, path, out -> out.write(content));
  }

  private Owner owner(Path path, String token, IOException because) throws IOException {
    try {
      byte[] mark = fileSystem.getXAttrs(path).get("header." + TOKEN);
      return mark != null && Arrays.equals(mark, token.getBytes(StandardCharsets.UTF_8))
          ? Owner.OURS
          : Owner.OTHERS;
    } catch (FileNotFoundException e) {
      return Owner.NONE;
    } catch (IOException e) {
      because.addSuppressed(e);
      throw because;
    }
  }

  private static void pause() throws InterruptedIOException {
    try {
      Thread.sleep(ThreadLocalRandom.current().nextInt(1, MAX_PAUSE_MILLIS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted between two tries");
    }
  }
}
