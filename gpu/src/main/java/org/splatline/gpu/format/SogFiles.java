package org.splatline.gpu.format;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/** The files of a .sog, in a zip or in a folder, which anyone may have made. */
interface SogFiles extends Closeable {

  /**
   * A file's bytes.
   *
   * @param name without folders
   * @param most bytes that it may have; no more are held
   * @throws org.splatline.gpu.verdict.SceneException UNSUPPORTED_INPUT if it is missing, damaged or
   *     longer
   */
  byte[] read(String name, long most) throws IOException;

  /** The length of the files that a model is made of. */
  long bytes(SogMeta meta) throws IOException;

  @Override
  default void close() throws IOException {}

  /**
   * Opens a zip, or the folder of a meta.json.
   *
   * @throws org.splatline.gpu.verdict.SceneException UNSUPPORTED_INPUT if it is not a zip
   */
  static SogFiles open(Path file) throws IOException {
    if (SogFormat.isFolder(file)) {
      return new Folder(file);
    }
    try {
      return new Zip(file, new ZipFile(file.toFile()));
    } catch (EOFException e) { // of a comment that is shorter than it says
      throw SogMeta.broken(file, "it is not a zip (it is cut)");
    } catch (ZipException | IllegalArgumentException e) { // of names in no known encoding
      throw SogMeta.broken(file, "it is not a zip (%s)".formatted(e.getMessage()));
    }
  }

  private static byte[] atMost(Path file, String name, long most, InputStream in)
      throws IOException {
    byte[] bytes = in.readNBytes((int) Math.min(most + 1, Integer.MAX_VALUE));
    if (bytes.length > most) {
      throw SogMeta.broken(file, "%s has more than %d bytes".formatted(name, most));
    }
    return bytes;
  }

  /** A folder. */
  record Folder(Path meta) implements SogFiles {
    @Override
    public byte[] read(String name, long most) throws IOException {
      Path path = meta.resolveSibling(name);
      if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
        throw SogMeta.broken(meta, "%s is missing".formatted(name));
      }
      try (InputStream in = Files.newInputStream(path)) {
        return atMost(meta, name, most, in);
      }
    }

    @Override
    public long bytes(SogMeta parsed) {
      return Stream.concat(Stream.of(SogMeta.NAME), parsed.pictures().all().stream().distinct())
          .mapToLong(name -> meta.resolveSibling(name).toFile().length())
          .sum();
    }
  }

  /** A zip. */
  record Zip(Path file, ZipFile zip) implements SogFiles {
    private static final int MAX_ENTRIES = 100;

    @Override
    public byte[] read(String name, long most) throws IOException {
      if (zip.size() > MAX_ENTRIES) {
        throw SogMeta.broken(
            file, "it holds %d files; %d can be read".formatted(zip.size(), MAX_ENTRIES));
      }
      ZipEntry entry = entry(name);
      if (entry == null) {
        throw SogMeta.broken(file, "%s is missing in it".formatted(name));
      }
      if (entry.getSize() > most) {
        throw SogMeta.broken(
            file, "%s has %d bytes; at most %d fit".formatted(name, entry.getSize(), most));
      }
      try (InputStream in = zip.getInputStream(entry)) {
        byte[] bytes = atMost(file, name, most, in);
        CRC32 crc = new CRC32();
        crc.update(bytes);
        if (bytes.length != entry.getSize() || crc.getValue() != entry.getCrc()) {
          throw SogMeta.broken(file, "%s is damaged in it".formatted(name));
        }
        return bytes;
      } catch (ZipException | EOFException e) {
        throw SogMeta.broken(file, "%s is damaged in it (%s)".formatted(name, e.getMessage()));
      }
    }

    private ZipEntry entry(String name) {
      try {
        return zip.getEntry(name);
      } catch (IllegalArgumentException e) { // a name in no known encoding that looks like it
        throw SogMeta.broken(file, "the name of %s is damaged in it".formatted(name));
      }
    }

    @Override
    public long bytes(SogMeta meta) throws IOException {
      return Files.size(file);
    }

    @Override
    public void close() throws IOException {
      zip.close();
    }
  }
}
