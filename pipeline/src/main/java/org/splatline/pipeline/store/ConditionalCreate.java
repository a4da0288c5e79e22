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
 * Creates objects on S3 unless they are there. Each creation marks its object, in its metadata,
 * with a token of its own: a refusal may answer a repeated request whose first reply was lost, and
 * then the token tells whose object stands.
 */
final class ConditionalCreate {
  private static final String TOKEN = "splatline-writer";
  private static final int TRIES = 10;
  private static final int MAX_PAUSE_MILLIS = 200;

  /** Whose object stands. */
  private enum Standing {
    OURS,
    OTHERS,
    NONE
  }

  private final FileSystem fileSystem;
  private final boolean looksFirst;

  /**
   * @param looksFirst for a store that ignores conditions: what is there is looked for, then the
   *     object is written, which is safe with one writer only
   */
  ConditionalCreate(FileSystem fileSystem, boolean looksFirst) {
    this.fileSystem = fileSystem;
    this.looksFirst = looksFirst;
  }

  /** Whether it created the object; false when there is one. */
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
        Standing standing = standing(path, token, e);
        if (standing == Standing.OURS) {
          return true;
        }
        if (standing == Standing.OTHERS) {
          return false;
        }
        if (attempt == TRIES || !maySucceedLater(e)) {
          throw e;
        }
        pause();
      }
    }
  }

  /** Refused for an object that was deleted since, or because another request was at work. */
  private static boolean maySucceedLater(IOException e) {
    return S3Answers.isPreconditionFailed(e) || S3Answers.isConflict(e);
  }

  private void put(Path path, byte[] content, String token) throws IOException {
    FSDataOutputStreamBuilder<?, ?> file = fileSystem.createFile(path);
    file.overwrite(true); // the condition below decides, not a look beforehand
    file.recursive();
    file.opt("fs.s3a.create.header." + TOKEN, token);
    if (!looksFirst) {
      file.must(CreateFileOptionKeys.FS_OPTION_CREATE_CONDITIONAL_OVERWRITE, true);
    }
    WholeFile.write(file.build(), fileSystem, path, out -> out.write(content));
  }

  private Standing standing(Path path, String token, IOException because) throws IOException {
    try {
      byte[] mark = fileSystem.getXAttrs(path).get("header." + TOKEN);
      return mark != null && Arrays.equals(mark, token.getBytes(StandardCharsets.UTF_8))
          ? Standing.OURS
          : Standing.OTHERS;
    } catch (FileNotFoundException e) {
      return Standing.NONE;
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
      throw new InterruptedIOException("Interrupted between two tries");
    }
  }
}
