package org.splatline.pipeline.store;

import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.fs.EtagSource;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Options.OpenFileOptions;
import org.apache.hadoop.util.functional.FutureIO;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.splatline.gpu.Threads;
import org.splatline.gpu.io.AtomicFile;

/**
 * Brings files of a remote file system to this machine, each as it was listed: what comes is
 * checked by its length and, where the tag is an MD5 sum, by that. A file that isn't the listed one
 * any more throws {@link ChangedFileException}.
 */
final class Fetch {
  private static final Logger LOG = LoggerFactory.getLogger(Fetch.class);
  private static final int THREADS = 8;
  private static final int TRIES = 4; // at a file, each goes on where the last ended

  private final FileSystem fileSystem;
  private volatile boolean tagsAreSums = true; // until seen otherwise: encrypted objects' aren't
  private volatile boolean stopped;

  Fetch(FileSystem fileSystem) {
    this.fileSystem = fileSystem;
  }

  /** Fetches each file to its target, several at a time. */
  void all(Map<Path, FileStatus> files) throws IOException {
    ExecutorService threads = Threads.pool("fetch", Math.max(1, Math.min(THREADS, files.size())));
    try {
      CompletionService<Void> fetching = new ExecutorCompletionService<>(threads);
      files.forEach(
          (target, source) ->
              fetching.submit(
                  () -> {
                    one(source, target);
                    return null;
                  }));
      for (int i = 0; i < files.size(); i++) {
        fetching.take().get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("Interrupted while files were fetched");
    } catch (ExecutionException e) {
      throw unwrapped(e);
    } finally {
      end(threads);
    }
  }

  private static IOException unwrapped(ExecutionException e) {
    if (e.getCause() instanceof RuntimeException failure) {
      throw failure;
    }
    if (e.getCause() instanceof Error failure) {
      throw failure;
    }
    return (IOException) e.getCause(); // one() throws no other
  }

  /** Nothing is written any more when this returns: the caller may delete the folder. */
  private void end(ExecutorService threads) {
    stopped = true;
    threads.shutdownNow();
    boolean interrupted = Thread.interrupted();
    try {
      threads.awaitTermination(1, TimeUnit.MINUTES);
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Fetches one file to {@code target}, which appears whole. */
  void one(FileStatus source, Path target) throws IOException {
    new Download(source, target).run();
  }

  /** Opens it as it was listed, to be read from its begin to its end: no request before the GET. */
  static FSDataInputStream open(FileSystem fileSystem, FileStatus source) throws IOException {
    return FutureIO.awaitFuture(
        fileSystem
            .openFile(source.getPath())
            .withFileStatus(source)
            .opt(
                OpenFileOptions.FS_OPTION_OPENFILE_READ_POLICY,
                OpenFileOptions.FS_OPTION_OPENFILE_READ_POLICY_WHOLE_FILE)
            .build());
  }

  /** Changes when the content does: the object's tag, else the time of modification. */
  static String version(FileStatus status) {
    String tag = status instanceof EtagSource tagged ? tagged.getEtag() : null;
    return tag == null ? Long.toString(status.getModificationTime()) : tag;
  }

  /** One file on its way. */
  private final class Download {
    private final FileStatus source;
    private final Path target;
    private final Path part;
    private String refusedSum = ""; // of bytes whose tag says otherwise

    Download(FileStatus source, Path target) {
      this.source = source;
      this.target = target;
      this.part = AtomicFile.partOf(target);
    }

    void run() throws IOException {
      Files.createDirectories(part.getParent());
      try {
        int attempt = 1;
        while (!isWholeAfter(attempt)) {
          attempt++;
        }
        AtomicFile.publish(part, target);
      } finally {
        Files.deleteIfExists(part); // renamed, and so absent, unless something threw
      }
    }

    /** Throws when no other try may help. */
    private boolean isWholeAfter(int attempt) throws IOException {
      try {
        append();
        checkSum();
        return true;
      } catch (IOException e) {
        throwIfChanged(e);
        if (attempt == TRIES || stopped) {
          throw e;
        }
        LOG.info("try {} of {} at {}: {}", attempt, TRIES, source.getPath(), e.toString());
        return false;
      }
    }

    private void append() throws IOException {
      long bytes = Files.exists(part) ? Files.size(part) : 0;
      try (OutputStream out =
          Files.newOutputStream(part, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
        if (bytes < source.getLen()) {
          try (FSDataInputStream in = open(fileSystem, source)) {
            in.seek(bytes);
            bytes += in.transferTo(out);
          }
        }
      }
      if (bytes != source.getLen()) {
        throw new EOFException("%d of %d bytes came".formatted(bytes, source.getLen()));
      }
    }

    /** Other bytes than the tag says come once more; the same again are what is stored. */
    private void checkSum() throws IOException {
      String tag = version(source).replace("\"", "");
      if (!tagsAreSums || !tag.matches("[0-9a-f]{32}")) {
        return; // of several parts, or none
      }
      String sum = md5(part);
      if (sum.equals(refusedSum)) {
        tagsAreSums = false;
      } else if (!sum.equals(tag)) {
        refusedSum = sum;
        Files.delete(part);
        throw new IOException("The bytes' MD5 sum is %s, the tag %s".formatted(sum, tag));
      }
    }

    private void throwIfChanged(IOException e) throws IOException {
      if (!(e instanceof FileNotFoundException) && !S3Answers.isChanged(e)) {
        return;
      }
      String uri = source.getPath().toString();
      try {
        String found = version(fileSystem.getFileStatus(source.getPath()));
        if (!found.equals(version(source))) {
          throw ChangedFileException.replaced(uri, version(source), found, e);
        }
      } catch (FileNotFoundException gone) {
        throw ChangedFileException.gone(uri, version(source), e);
      }
    }
  }

  private static String md5(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file);
        DigestOutputStream sum =
            new DigestOutputStream(
                OutputStream.nullOutputStream(), MessageDigest.getInstance("MD5"))) {
      in.transferTo(sum);
      return HexFormat.of().formatHex(sum.getMessageDigest().digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Cannot check a file: this Java has no MD5", e);
    }
  }
}
