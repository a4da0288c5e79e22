package org.splatline.gpu.synthetic;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import org.splatline.gpu.picture.JpegSegments;

/**
 * The metadata that a camera writes into a JPEG: an APP1 segment of EXIF 2.3 with two directories,
 * little-endian.
 *
 * @param focalLengthMillimetres focal length of the lens
 * @param focalLength35 the focal length that gives the same view on 36 x 24 mm film, mm
 * @param orientation 1 to 8; 1: as stored
 */
record ExifSegment(
    String make,
    String model,
    double focalLengthMillimetres,
    int focalLength35,
    LocalDateTime taken,
    int width,
    int height,
    int orientation) {
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy:MM:dd HH:mm:ss");
  private static final int TIFF_HEADER_BYTES = 8;
  private static final int ENTRY_BYTES = 12;
  private static final int INLINE_BYTES = 4; // a longer value is stored after its directory

  private enum Type {
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

  private record Entry(int tag, Type type, byte[] value) {
    static Entry ascii(int tag, String text) {
      return new Entry(tag, Type.ASCII, (text + "\0").getBytes(StandardCharsets.US_ASCII));
    }

    static Entry ofShort(int tag, int value) {
      return new Entry(tag, Type.SHORT, littleEndian(2).putShort((short) value).array());
    }

    static Entry ofLong(int tag, int value) {
      return new Entry(tag, Type.LONG, littleEndian(4).putInt(value).array());
    }

    static Entry thousandths(int tag, double value) {
      int numerator = (int) Math.round(value * 1000);
      return new Entry(tag, Type.RATIONAL, littleEndian(8).putInt(numerator).putInt(1000).array());
    }
  }

  /** The JPEG with this segment directly after its first marker, where readers expect it. */
  byte[] insertedInto(byte[] jpeg) {
    return JpegSegments.withExif(jpeg, tiff());
  }

  /** Header, then IFD0, then the EXIF directory that IFD0's last entry points to. */
  private byte[] tiff() {
    String time = TIME.format(taken);
    List<Entry> exif =
        List.of(
            new Entry(0x9000, Type.UNDEFINED, "0230".getBytes(StandardCharsets.US_ASCII)),
            Entry.ascii(0x9003, time), // DateTimeOriginal
            Entry.thousandths(0x920A, focalLengthMillimetres),
            Entry.ofLong(0xA002, width),
            Entry.ofLong(0xA003, height),
            Entry.ofShort(0xA405, focalLength35));
    List<Entry> main = new ArrayList<>();
    main.add(Entry.ascii(0x010F, make));
    main.add(Entry.ascii(0x0110, model));
    main.add(Entry.ofShort(0x0112, orientation));
    main.add(Entry.ascii(0x0132, time));
    main.add(Entry.ofLong(0x8769, 0));
    int exifOffset = TIFF_HEADER_BYTES + bytes(main);
    main.set(main.size() - 1, Entry.ofLong(0x8769, exifOffset));

    byte[] bytes = new byte[exifOffset + bytes(exif)];
    ByteBuffer tiff = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    tiff.put((byte) 'I').put((byte) 'I').putShort((short) 42).putInt(TIFF_HEADER_BYTES);
    write(main, tiff);
    write(exif, tiff);
    return bytes;
  }

  /** The size of a directory with its values: a count, the entries, the next offset, the values. */
  private static int bytes(List<Entry> directory) {
    int bytes = directoryBytes(directory);
    for (Entry entry : directory) {
      bytes += outsideBytes(entry);
    }
    return bytes;
  }

  private static int directoryBytes(List<Entry> directory) {
    return 2 + directory.size() * ENTRY_BYTES + 4;
  }

  /** Rounded up to even, so that every value starts at an even offset. */
  private static int outsideBytes(Entry entry) {
    int length = entry.value().length;
    return length <= INLINE_BYTES ? 0 : length + length % 2;
  }

  private static void write(List<Entry> directory, ByteBuffer tiff) {
    int outside = tiff.position() + directoryBytes(directory);
    tiff.putShort((short) directory.size());
    for (Entry entry : directory) {
      tiff.putShort((short) entry.tag()).putShort((short) entry.type().code);
      tiff.putInt(entry.value().length / entry.type().bytes);
      if (entry.value().length <= INLINE_BYTES) {
        tiff.put(entry.value()).position(tiff.position() + INLINE_BYTES - entry.value().length);
      } else {
        tiff.putInt(outside);
        tiff.duplicate().position(outside).put(entry.value());
        outside += outsideBytes(entry);
      }
    }
    tiff.putInt(0); // no next directory in this chain
    tiff.position(outside);
  }

  private static ByteBuffer littleEndian(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
