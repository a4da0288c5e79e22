package org.splatline.pipeline.input;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.apache.commons.io.input.CloseShieldInputStream;

/** The entries of an archive, one after the other. */
interface ArchiveEntries extends Closeable {

  /** The next entry; null: there are no more. Read its content before the next call. */
  Entry next() throws IOException;

  /** The kind of an entry. */
  enum Kind {
    FILE,
    FOLDER,
    LINK,
    /** A file with holes, which take no bytes of the archive. */
    SPARSE,
    DEVICE,
    ENCRYPTED,
    UNKNOWN_METHOD
  }

  /** Opens an entry's bytes. */
  interface Content {
    InputStream open() throws IOException;
  }

  /**
   * @param name as written in the archive
   * @param bytes of its content as stated; below 0: not stated
   * @param crc32 of its content as stated; below 0: not stated
   */
  record Entry(String name, Kind kind, long bytes, long crc32, Content content) {}

  /** The archive lists more entries than allowed. */
  final class TooManyException extends IOException {
    private static final long serialVersionUID = 1L;

    TooManyException() {
      super("too many entries");
    }
  }

  /** Two entries of a zip share bytes. */
  final class OverlapException extends IOException {
    private static final long serialVersionUID = 1L;

    OverlapException(String name) {
      super(name);
    }
  }

  /** The headers of one entry of a tar are longer than any program writes. */
  final class LongHeaderException extends IOException {
    private static final long serialVersionUID = 1L;

    LongHeaderException() {
      super("long header");
    }
  }

  /**
   * Opens a file by the end of its name.
   *
   * @param budget is charged with all bytes of a tar, whether an entry is opened or not
   * @throws OverlapException when entries of a zip share bytes
   * @throws TooManyException when the list of a zip is too long
   */
  static ArchiveEntries open(Path archive, ByteBudget budget, int mostEntries) throws IOException {
    String name = archive.getFileName().toString().toLowerCase(Locale.ROOT);
    if (name.endsWith(".zip")) {
      return Zip.open(archive, mostEntries);
    }
    InputStream file = new BufferedInputStream(Files.newInputStream(archive));
    try {
      InputStream tar =
          name.endsWith(".tar")
              ? file
              : GzipCompressorInputStream.builder()
                  .setInputStream(file)
                  .setDecompressConcatenated(true)
                  .get();
      return new Tar(budget.charge(tar));
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /** Reads the list at the archive's end: only that says which entries are links. */
  final class Zip implements ArchiveEntries {
    private static final long MOST_LISTED_BYTES = 1024; // bytes of one entry in the list
    private static final int LOCAL_HEADER_BYTES = 30; // without name and extra field
    private final ZipFile file;
    private final Iterator<ZipArchiveEntry> entries;

    private Zip(ZipFile file, List<ZipArchiveEntry> entries) {
      this.file = file;
      this.entries = entries.iterator();
    }

    static Zip open(Path archive, int mostEntries) throws IOException {
      if (ZipDirectory.bytes(archive) > mostEntries * MOST_LISTED_BYTES) {
        throw new TooManyException(); // before the whole list is read
      }
      ZipFile file = ZipFile.builder().setPath(archive).get();
      try {
        List<ZipArchiveEntry> entries = Collections.list(file.getEntriesInPhysicalOrder());
        if (entries.size() > mostEntries) {
          throw new TooManyException(); // before anything is unpacked
        }
        checkApart(entries);
        return new Zip(file, entries);
      } catch (IOException | RuntimeException e) {
        file.close();
        throw e;
      }
    }

    /** No program that packs files writes the same bytes for two of them. */
    private static void checkApart(List<ZipArchiveEntry> entries) throws OverlapException {
      long end = 0;
      for (ZipArchiveEntry entry : entries) {
        long start = entry.getLocalHeaderOffset();
        if (start < end) {
          throw new OverlapException(entry.getName());
        }
        end = start + LOCAL_HEADER_BYTES + entry.getCompressedSize();
      }
    }

    @Override
    public Entry next() {
      if (!entries.hasNext()) {
        return null;
      }
      ZipArchiveEntry entry = entries.next();
      return new Entry(
          entry.getName(),
          kind(entry),
          entry.getSize(),
          entry.getCrc(),
          () -> file.getInputStream(entry));
    }

    private Kind kind(ZipArchiveEntry entry) {
      if (entry.isUnixSymlink()) {
        return Kind.LINK;
      }
      if (entry.isDirectory()) {
        return Kind.FOLDER;
      }
      if (entry.getGeneralPurposeBit().usesEncryption()) {
        return Kind.ENCRYPTED;
      }
      return file.canReadEntryData(entry) ? Kind.FILE : Kind.UNKNOWN_METHOD;
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }

  /** Reads the entries in their order. */
  final class Tar implements ArchiveEntries {
    private final TarArchiveInputStream stream;
    private final Headers headers;

    private Tar(InputStream tar) {
      headers = new Headers(tar);
      stream = new TarArchiveInputStream(headers);
    }

    @Override
    public Entry next() throws IOException {
      if (stream.getCurrentEntry() != null) { // what is left of it
        stream.transferTo(OutputStream.nullOutputStream());
      }
      headers.limit();
      TarArchiveEntry entry = stream.getNextEntry();
      headers.unlimited();
      return entry == null
          ? null
          : new Entry(
              entry.getName(),
              kind(entry),
              entry.getSize(),
              -1,
              () -> CloseShieldInputStream.wrap(stream));
    }

    private static Kind kind(TarArchiveEntry entry) {
      if (entry.isSymbolicLink() || entry.isLink()) {
        return Kind.LINK;
      }
      if (entry.isCharacterDevice() || entry.isBlockDevice() || entry.isFIFO()) {
        return Kind.DEVICE;
      }
      if (entry.isSparse()) {
        return Kind.SPARSE;
      }
      return entry.isDirectory() ? Kind.FOLDER : Kind.FILE;
    }

    @Override
    public void close() throws IOException {
      stream.close();
    }
  }

  /** The bytes of a tar. Long names and extended headers are read into memory as a whole. */
  final class Headers extends FilterInputStream {
    private static final long MOST_BYTES = 1 << 20; // GNU tar writes some KiB
    private long left = MOST_BYTES;

    Headers(InputStream in) {
      super(in);
    }

    /** From now on the bytes are headers. */
    void limit() {
      left = MOST_BYTES;
    }

    /** From now on the bytes are content. */
    void unlimited() {
      left = Long.MAX_VALUE;
    }

    @Override
    public int read() throws IOException {
      int value = super.read();
      count(1);
      return value;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      int count = super.read(buffer, offset, length);
      count(Math.max(0, count));
      return count;
    }

    @Override
    public long skip(long count) throws IOException {
      long skipped = super.skip(count);
      count(skipped);
      return skipped;
    }

    private void count(long bytes) throws LongHeaderException {
      left -= bytes;
      if (left < 0) {
        throw new LongHeaderException();
      }
    }
  }
}
