package org.splatline.gpu.picture;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicLong;
import org.splatline.gpu.Threads;

/**
 * Decoded photographs in one file, so that they take no heap. The system keeps in its page cache
 * what there is memory for. The file has no name: its space is free again when it is closed, and
 * also if the JVM is killed. It is read and not mapped, because a mapped file counts as memory of
 * the process, for which YARN ends a container. Threads of its own copy, several parts of a picture
 * at once. Threads may share it.
 */
public final class PictureFile implements AutoCloseable {
  private static final int PART = 4 << 20; // bytes that one thread copies at a time
  private static final int MOST_THREADS = 8;

  private final Path place;
  private final FileChannel channel;
  private final AtomicLong end = new AtomicLong();
  private final ExecutorService copiers =
      Threads.pool(
          "photographs", Math.min(MOST_THREADS, Runtime.getRuntime().availableProcessors()));

  /**
   * Opens an empty file.
   *
   * @param folder created if it does not exist
   */
  public PictureFile(Path folder) {
    place = folder.resolve("photographs-" + UUID.randomUUID());
    try {
      Files.createDirectories(folder);
      channel =
          FileChannel.open(
              place,
              StandardOpenOption.CREATE_NEW,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE,
              StandardOpenOption.DELETE_ON_CLOSE);
    } catch (IOException e) {
      copiers.shutdown();
      throw failure("write", e);
    }
  }

  private UncheckedIOException failure(String what, IOException e) {
    return new UncheckedIOException(
        "Cannot %s photographs in %s: %s. Free space there".formatted(what, place, e.getMessage()),
        e);
  }

  /** Bytes in the file. */
  public long bytes() {
    return end.get();
  }

  /** Writes a picture. The result can be read until this file is closed. */
  public KeptPicture keep(Picture picture) {
    long start = end.getAndAdd(picture.bytes());
    try {
      write(picture.pixels(), start);
      write(picture.mask(), start + picture.pixels().length);
    } catch (IOException e) {
      throw failure("keep", e);
    }
    return new Stored(
        picture.width(),
        picture.height(),
        picture.channels(),
        picture.isMasked(),
        picture.checksum(),
        start,
        this);
  }

  /** In parts: the system's own copy of what it writes lies outside the heap, and stays there. */
  private void write(byte[] bytes, long start) throws IOException {
    for (int from = 0; from < bytes.length; from += PART) {
      ByteBuffer part = ByteBuffer.wrap(bytes, from, Math.min(PART, bytes.length - from));
      for (long at = start + from; part.hasRemaining(); ) {
        at += channel.write(part, at);
      }
    }
  }

  /** Fills {@code into} from its position to its limit. Its content is complete on return. */
  private void read(long start, ByteBuffer into) {
    List<CompletableFuture<Void>> parts = new ArrayList<>();
    long at = start;
    while (into.hasRemaining()) {
      int length = Math.min(PART, into.remaining());
      ByteBuffer part = into.slice(into.position(), length);
      long from = at;
      parts.add(CompletableFuture.runAsync(() -> readPart(from, part), copiers));
      into.position(into.position() + length);
      at += length;
    }
    parts.forEach(CompletableFuture::join); // not on this thread: an interrupt would close the file
  }

  private void readPart(long start, ByteBuffer part) {
    try {
      while (part.hasRemaining()) {
        if (channel.read(part, start + part.position()) < 0) {
          throw new EOFException("the file is too short");
        }
      }
    } catch (IOException e) {
      throw failure("read", e);
    }
  }

  @Override
  public void close() {
    copiers.shutdown();
    try {
      channel.close();
    } catch (IOException e) {
      throw failure("close", e);
    }
  }

  /** A picture in the file, from {@code start} on. */
  private record Stored(
      int width,
      int height,
      int channels,
      boolean isMasked,
      long checksum,
      long start,
      PictureFile file)
      implements KeptPicture {

    @Override
    public Picture load() {
      byte[] pixels = new byte[width * height * channels];
      byte[] mask = new byte[isMasked ? width * height : 0];
      file.read(start, ByteBuffer.wrap(pixels));
      file.read(start + pixels.length, ByteBuffer.wrap(mask));
      return new Picture(width, height, channels, pixels, mask);
    }

    @Override
    public void read(ByteBuffer into) {
      ByteBuffer whole = into.slice(into.position(), bytes());
      file.read(start, whole);
      into.position(into.position() + bytes());
    }
  }
}
