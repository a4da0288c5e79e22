package org.splatline.gpu.picture;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A directory of tags as cameras write it into photographs (TIFF 6.0, section 2; EXIF 2.3),
 * little-endian. Add tags in ascending order.
 */
public final class TiffDirectory {
  private static final int HEADER_BYTES = 8;
  private static final int ENTRY_BYTES = 12;
  private static final int INLINE_BYTES = 4; // a longer value is stored after its directory

  private final List<Entry> entries = new ArrayList<>();

  private enum Type {
    BYTE(1, 1),
    ASCII(2, 1),
    SHORT(3, 2),
    LONG(4, 4),
    RATIONAL(5, 8),
    UNDEFINED(7, 1);

    private final int code;
    private final int bytes;

    Type(int code, int bytes) {
      this.code = code;
      this.bytes = bytes;
    }
  }

  /**
   * @param child the directory that the value points to; null: the value is the value
   */
  private record Entry(int tag, Type type, byte[] value, TiffDirectory child) {}

  /** Whether no tag was added. */
  public boolean isEmpty() {
    return entries.isEmpty();
  }

  /** Adds one byte. */
  public void ofByte(int tag, int value) {
    add(tag, Type.BYTE, new byte[] {(byte) value});
  }

  /** Adds text of ASCII characters. */
  public void ascii(int tag, String text) {
    add(tag, Type.ASCII, (text + "\0").getBytes(StandardCharsets.US_ASCII));
  }

  /** Adds a number from 0 to 65,535. */
  public void ofShort(int tag, int value) {
    add(tag, Type.SHORT, new byte[] {(byte) value, (byte) (value >> 8)});
  }

  /** Adds a number from 0 to 2^32 - 1. */
  public void ofLong(int tag, int value) {
    add(
        tag,
        Type.LONG,
        new byte[] {(byte) value, (byte) (value >> 8), (byte) (value >> 16), (byte) (value >> 24)});
  }

  /** Adds numbers from 0 to 2,147,483, each rounded to thousandths. */
  public void thousandths(int tag, double... values) {
    ofParts(tag, 1000, values);
  }

  /** Adds numbers, each as a fraction with the same denominator. */
  void ofParts(int tag, int denominator, double... values) {
    byte[] bytes = new byte[values.length * Type.RATIONAL.bytes];
    ByteBuffer to = littleEndian(bytes);
    for (double value : values) {
      to.putInt((int) Math.round(value * denominator)).putInt(denominator);
    }
    add(tag, Type.RATIONAL, bytes);
  }

  /** Adds bytes that only the tag's owner understands. */
  public void undefined(int tag, byte[] value) {
    add(tag, Type.UNDEFINED, value);
  }

  /** Adds another directory, unless that is empty. */
  public void directory(int tag, TiffDirectory child) {
    if (!child.isEmpty()) {
      entries.add(new Entry(tag, Type.LONG, new byte[INLINE_BYTES], child));
    }
  }

  private void add(int tag, Type type, byte[] value) {
    entries.add(new Entry(tag, type, value, null));
  }

  /** A file with this directory as its first, and behind it those that it points to. */
  public byte[] file() {
    byte[] bytes = new byte[HEADER_BYTES + allBytes()];
    ByteBuffer tiff = littleEndian(bytes);
    tiff.put((byte) 'I').put((byte) 'I').putShort((short) 42).putInt(HEADER_BYTES);
    write(tiff);
    return bytes;
  }

  private int allBytes() {
    int bytes = ownBytes();
    for (Entry entry : entries) {
      bytes += entry.child() == null ? 0 : entry.child().allBytes();
    }
    return bytes;
  }

  /** A count, the entries, the next directory's offset, the values. */
  private int ownBytes() {
    return entryBytes() + entries.stream().mapToInt(TiffDirectory::outsideBytes).sum();
  }

  private int entryBytes() {
    return 2 + entries.size() * ENTRY_BYTES + 4;
  }

  /** Rounded up to even, so that every value starts at an even offset. */
  private static int outsideBytes(Entry entry) {
    int length = entry.value().length;
    return length <= INLINE_BYTES ? 0 : length + length % 2;
  }

  private void write(ByteBuffer tiff) {
    int outside = tiff.position() + entryBytes();
    int below = tiff.position() + ownBytes();
    tiff.putShort((short) entries.size());
    for (Entry entry : entries) {
      tiff.putShort((short) entry.tag()).putShort((short) entry.type().code);
      tiff.putInt(entry.value().length / entry.type().bytes);
      if (entry.child() != null) {
        tiff.putInt(below);
        entry.child().write(tiff.duplicate().order(tiff.order()).position(below));
        below += entry.child().allBytes();
      } else if (entry.value().length <= INLINE_BYTES) {
        tiff.put(entry.value()).position(tiff.position() + INLINE_BYTES - entry.value().length);
      } else {
        tiff.putInt(outside);
        tiff.duplicate().position(outside).put(entry.value());
        outside += outsideBytes(entry);
      }
    }
    tiff.putInt(0); // no next directory in this chain
  }

  private static ByteBuffer littleEndian(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
