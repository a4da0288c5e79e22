package org.splatline.pipeline.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.EtagSource;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Options.OpenFileOptions;
import org.apache.hadoop.util.functional.FutureIO;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.splatline.gpu.io.AtomicFile;

/**
 * Downloads files of a remote file system in the version that was listed. The length of each
 * download is checked, and its MD5 sum where the object's tag is one: that of an object encrypted
 * with a key (SSE-KMS, SSE-C) isn't. Throws {@link ChangedFileException} when a file has changed
 * since it was listed.
 */
final class Fetch {
  private static final Logger LOG = LoggerFactory.getLogger(Fetch.class);
  private static final String ENCRYPTION = "header.x-amz-server-side-encryption";
  private static final int TRIES = 4; // per file; each continues where the last one ended

  private final FileSystem fileSystem;
  private final Transfers transfers = new Transfers();

  /** Whether tags are MD5 sums, as far as is known. */
  private volatile boolean tagsAreSums = true;

  Fetch(FileSystem fileSystem) {
    this.fileSystem = fileSystem;
  }

  /** Fetches each file to its target, {@link Transfers#AT_A_TIME} at a time. */
  void all(Map<Path, FileStatus> files) throws IOException {
    List<Runnable> downloads = new ArrayList<>();
    files.forEach((target, source) -> downloads.add(() -> uncheckedOne(source, target)));
    try {
      transfers.run(downloads);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private void uncheckedOne(FileStatus source, Path target) {
    try {
      one(source, target);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Fetches one file to {@code target}. The target never shows a part of the file. */
  void one(FileStatus source, Path target) throws IOException {
    new Download(source, target).run();
  }

  /** Opens a listed file to be read from begin to end. The GET is the only request. */
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

  /** Changes with the content: the object's tag, or else the modification time. */
  static String version(FileStatus status) {
    String tag = status instanceof EtagSource tagged ? tagged.getEtag() : null;
    return tag == null ? Long.toString(status.getModificationTime()) : tag;
  }

  /** The download of one file. */
  private final class Download {
    private final FileStatus source;
    private final Path target;
    private final Path part;
    private String wrongSum = ""; // MD5 of a download that differed from the tag; empty: none

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

    /** Throws when another try can't help. */
    private boolean isWholeAfter(int attempt) throws IOException {
      try {
        append();
        checkSum();
        return true;
      } catch (IOException e) {
        throwIfChanged(e);
        if (attempt == TRIES || transfers.areStopped()) {
          throw e;
        }
        LOG.info(
            "download {} of {} of {} failed, retrying: {}",
            attempt,
            TRIES,
            source.getPath(),
            e.toString());
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
        throw new EOFException("only %d of %d bytes came".formatted(bytes, source.getLen()));
      }
    }

    /**
     * Downloads once more when the sum differs from the tag, unless the object is encrypted with a
     * key. The same sum twice is what is stored: then tags aren't sums either.
     */
    private void checkSum() throws IOException {
      String tag = version(source).replace("\"", "");
      if (!tagsAreSums || !tag.matches("[0-9a-f]{32}")) {
        return; // a multipart upload's tag, or none
      }
      String sum = md5(part);
      if (sum.equals(tag)) {
        return;
      }
      if (sum.equals(wrongSum) || isEncryptedWithKey()) {
        tagsAreSums = false;
      } else {
        wrongSum = sum;
        Files.delete(part);
        throw new IOException(
            "the download has MD5 sum %s, the object has tag %s".formatted(sum, tag));
      }
    }

    /** One HEAD request, unless the file system's settings tell. */
    private boolean isEncryptedWithKey() throws IOException {
      if (fileSystem.getConf().get("fs.s3a.encryption.algorithm", "").equals("SSE-C")) {
        return true;
      }
      byte[] encryption = fileSystem.getXAttr(source.getPath(), ENCRYPTION);
      return encryption != null && new String(encryption, UTF_8).startsWith("aws:kms");
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
