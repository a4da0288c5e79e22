package org.splatline.pipeline.input;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.Locale;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

/** The entries of an archive, one after the other. */
interface ArchiveEntries extends Closeable {

  /** The next entry; null: there are no more. Read its content before the next call. */
  Entry next() throws IOException;

  /** The kind of an entry. */
  enum Kind {
    FILE,
    FOLDER,
    LINK,
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
   */
  record Entry(String name, Kind kind, Content content) {}

  /** The archive lists more entries than allowed. */
  final class TooManyException extends IOException {
    private static final long serialVersionUID = 1L;

    TooManyException() {
      super("too many entries");
    }
  }

  /**
   * Opens a file by the end of its name.
   *
   * @param budget is charged with everything that is unpacked
   */
  static ArchiveEntries open(Path archive, ByteBudget budget, int mostEntries) throws IOException {
    String name = archive.getFileName().toString().toLowerCase(Locale.ROOT);
    if (name.endsWith(".zip")) {
      return Zip.open(archive, budget, mostEntries);
    }
    InputStream file = new BufferedInputStream(Files.newInputStream(archive));
    try {
      InputStream tar = name.endsWith(".tar") ? file : new GzipCompressorInputStream(file, true);
      return new Tar(new TarArchiveInputStream(budget.charge(tar)));
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /** Reads the list at the archive's end: only that says which entries are links. */
  final class Zip implements ArchiveEntries {
    private static final long MOST_LISTED_BYTES = 1024; // bytes of one entry in the list
    private final ZipFile file;
    private final Enumeration<ZipArchiveEntry> entries;
    private final ByteBudget budget;

    private Zip(ZipFile file, ByteBudget budget) {
      this.file = file;
      this.entries = file.getEntriesInPhysicalOrder();
      this.budget = budget;
    }

    @SuppressWarnings("deprecation") // the builder came after the release in Spark 3.5
    static Zip open(Path archive, ByteBudget budget, int mostEntries) throws IOException {
      if (ZipDirectory.bytes(archive) > mostEntries * MOST_LISTED_BYTES) {
        throw new TooManyException(); // before the whole list is read
      }
      return new Zip(new ZipFile(archive.toFile()), budget);
    }

    @Override
    public Entry next() {
      if (!entries.hasMoreElements()) {
        return null;
      }
      ZipArchiveEntry entry = entries.nextElement();
      return new Entry(
          entry.getName(), kind(entry), () -> budget.charge(file.getInputStream(entry)));
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

    private Tar(TarArchiveInputStream stream) {
      this.stream = stream;
    }

    @Override
    @SuppressWarnings("deprecation") // the other name came after the release in Spark 3.5
    public Entry next() throws IOException {
      TarArchiveEntry entry = stream.getNextTarEntry();
      return entry == null
          ? null
          : new Entry(entry.getName(), kind(entry), () -> new NotClosed(stream));
    }

    private static Kind kind(TarArchiveEntry entry) {
      if (entry.isSymbolicLink() || entry.isLink()) {
        return Kind.LINK;
      }
      if (entry.isCharacterDevice() || entry.isBlockDevice() || entry.isFIFO()) {
        return Kind.DEVICE;
      }
      return entry.isDirectory() ? Kind.FOLDER : Kind.FILE;
    }

    @Override
    public void close() throws IOException {
      stream.close();
    }
  }

  /** One entry of a stream that continues after it. */
  final class NotClosed extends java.io.FilterInputStream {
    NotClosed(InputStream in) {
      super(in);
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      return in.read(buffer, offset, length);
    }

    @Override
    public void close() {}
  }
}
