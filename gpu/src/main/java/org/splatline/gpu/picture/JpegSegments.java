package org.splatline.gpu.picture;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reads the segments of a JPEG file one by one, without decoding it (ITU T.81, annex B). Everything
 * that looks into a JPEG file goes through this class, so that all of it follows the same rules:
 *
 * <ul>
 *   <li>Any number of fill bytes 0xFF may precede a marker.
 *   <li>TEM and restart markers have no length; they are skipped.
 *   <li>Compressed data follows a start of scan. It ends at the first marker that is neither a
 *       stuffed 0xFF00 nor a restart marker.
 *   <li>The picture ends at its end-of-image marker. The bytes behind it, such as the second
 *       pictures that phones append (CIPA DC-007, MPF), are not read.
 *   <li>Reading also ends where the file is cut off or damaged: other bytes where a marker is due,
 *       a length below 2, a second start of image. Then no end of image was seen.
 * </ul>
 */
public final class JpegSegments {
  static final int START_OF_IMAGE = 0xd8;
  static final int END_OF_IMAGE = 0xd9;
  static final int START_OF_SCAN = 0xda;

  /** Cameras write EXIF and XMP into segments of this kind. */
  static final int APP1 = 0xe1;

  private static final int HUFFMAN_TABLES = 0xc4;
  private static final int QUANTIZATION_TABLES = 0xdb;
  private static final int RESTART_INTERVAL = 0xdd;
  private static final int APP0 = 0xe0;
  private static final int APP14 = 0xee;
  private static final int ADOBE_TRANSFORM_AT = 11;
  private static final int TEMPORARY = 0x01; // TEM
  private static final int MARKER_PREFIX = 0xff;
  private static final int MARKER_BYTES = 2;
  private static final int LENGTH_BYTES = 2; // the length counts itself
  private static final int CHANNELS_AT = 6; // in a frame: each a number, its rates, its table
  private static final int CHANNEL_BYTES = 3;
  private static final int NONE = -1;
  private static final byte[] EXIF = "Exif\0\0".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] JFIF = "JFIF\0".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] ADOBE = "Adobe".getBytes(StandardCharsets.US_ASCII);

  private final InputStream in;
  private final byte[] buffer = new byte[1 << 13];
  private int next; // index in the buffer
  private int end; // exclusive
  private long bufferOffset; // of the buffer's first byte in the file

  private boolean isStarted;
  private boolean isInScan;
  private boolean isOver;

  /**
   * A marker and what belongs to it.
   *
   * @param marker the byte that follows 0xFF
   * @param offset of the content in the file
   * @param content without marker and length; empty for an end of image
   */
  record Segment(int marker, long offset, byte[] content) {
    /** Whether this is a frame header, SOF0 to SOF15. DHT, JPG and DAC have numbers among them. */
    boolean isFrame() {
      return 0xc0 <= marker && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
    }

    /** Whether it holds a table, a frame or a scan's header. */
    boolean isForDecoding() {
      return isFrame()
          || marker == HUFFMAN_TABLES
          || marker == QUANTIZATION_TABLES
          || marker == RESTART_INTERVAL
          || marker == START_OF_SCAN;
    }

    boolean startsWith(byte[] signature) {
      return content.length >= signature.length
          && Arrays.equals(content, 0, signature.length, signature, 0, signature.length);
    }

    /** Whether this segment holds EXIF: a signature, then a TIFF structure. */
    boolean isExif() {
      return marker == APP1 && content.length > EXIF.length && startsWith(EXIF);
    }

    /** Offset in the file of an EXIF segment's TIFF structure. */
    long tiffOffset() {
      return offset + EXIF.length;
    }

    /** Offset in the file of the first byte behind this segment. */
    long endOffset() {
      return offset + content.length;
    }
  }

  /**
   * @param in stands at the start of a file; read ahead, not closed
   */
  JpegSegments(InputStream in) {
    this.in = in;
  }

  /** The EXIF segments in front of the first scan; most files have one or none. */
  static List<Segment> exif(InputStream in) throws IOException {
    return header(in).stream().filter(Segment::isExif).toList();
  }

  /** The segments in front of the first scan. */
  static List<Segment> header(InputStream in) throws IOException {
    JpegSegments segments = new JpegSegments(in);
    List<Segment> header = new ArrayList<>();
    Optional<Segment> segment = segments.next();
    while (segment.isPresent() && segment.get().marker() != START_OF_SCAN) {
      header.add(segment.get());
      segment = segments.next();
    }
    return header;
  }

  /** Whether the picture's end of image is there. */
  static boolean isWhole(InputStream in) throws IOException {
    JpegSegments segments = new JpegSegments(in);
    Optional<Segment> segment = segments.next();
    while (segment.isPresent()) {
      if (segment.get().marker() == END_OF_IMAGE) {
        return true;
      }
      segment = segments.next();
    }
    return false;
  }

  /**
   * What decoding a picture costs beside its pixels.
   *
   * @param count 1 or one a channel, in a progressive picture about 10; 0: no JPEG
   * @param bytes of the coefficients, which a decoder keeps from scan to scan; 0: it has one scan
   */
  public record Scans(int count, long bytes) {}

  /** The scans of a file. */
  public static Scans scans(InputStream in) throws IOException {
    JpegSegments segments = new JpegSegments(in);
    int scans = 0;
    long bytes = 0;
    for (Optional<Segment> next = segments.next(); next.isPresent(); next = segments.next()) {
      scans += next.get().marker() == START_OF_SCAN ? 1 : 0;
      bytes = Math.max(bytes, next.get().isFrame() ? coefficientBytes(next.get().content()) : 0);
    }
    return new Scans(scans, scans > 1 ? bytes : 0);
  }

  /** Two bytes for each sample of each channel. */
  private static long coefficientBytes(byte[] frame) {
    int mostAcross = 1;
    int mostDown = 1;
    int samples = 0; // of all channels, in the unit that the channels' rates refer to
    for (int at = CHANNELS_AT + 1; at < frame.length; at += CHANNEL_BYTES) {
      int across = (frame[at] >> 4) & 0xf;
      int down = frame[at] & 0xf;
      mostAcross = Math.max(mostAcross, across);
      mostDown = Math.max(mostDown, down);
      samples += across * down;
    }
    if (samples == 0) {
      return 0;
    }
    ByteBuffer size = ByteBuffer.wrap(frame, 1, 2 * Short.BYTES);
    long pixels =
        (long) Short.toUnsignedInt(size.getShort()) * Short.toUnsignedInt(size.getShort());
    return 2 * pixels * samples / mostAcross / mostDown;
  }

  /**
   * The picture with nothing but what decoding it takes: its tables, frame and scans. Of Adobe's
   * and JFIF's segments, which say how colours are stored, only that is kept. Profiles, thumbnails,
   * comments and what follows the picture are left out.
   *
   * @throws IOException when the file ends before the picture does
   */
  static byte[] pictureAlone(byte[] jpeg) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream(jpeg.length);
    out.write(MARKER_PREFIX);
    out.write(START_OF_IMAGE);
    JpegSegments segments = new JpegSegments(new ByteArrayInputStream(jpeg));
    Set<Integer> colours = new HashSet<>(); // kinds of segment that were written
    int scanData = NONE; // where the compressed data of the last scan starts
    for (Optional<Segment> next = segments.next(); next.isPresent(); next = segments.next()) {
      Segment segment = next.get();
      boolean isEnd = segment.marker() == END_OF_IMAGE;
      if (scanData != NONE) {
        int behind = (int) segment.offset() - MARKER_BYTES - (isEnd ? 0 : LENGTH_BYTES);
        out.write(jpeg, scanData, behind - scanData);
        scanData = NONE;
      }
      if (isEnd) {
        out.write(MARKER_PREFIX);
        out.write(END_OF_IMAGE);
        return out.toByteArray();
      }
      if (segment.isForDecoding()) {
        write(segment.marker(), segment.content(), out);
      }
      byte[] colour = colourSegment(segment);
      if (colour.length > 0 && colours.add(segment.marker())) {
        write(segment.marker(), colour, out);
      }
      if (segment.marker() == START_OF_SCAN) {
        scanData = (int) segment.endOffset();
      }
    }
    throw new EOFException("it ends before its end of image");
  }

  private static void write(int marker, byte[] content, ByteArrayOutputStream out) {
    out.write(MARKER_PREFIX);
    out.write(marker);
    out.write((content.length + LENGTH_BYTES) >> 8);
    out.write(content.length + LENGTH_BYTES);
    out.writeBytes(content);
  }

  /** JFIF's and Adobe's segment as we write it; empty: {@code segment} is neither. */
  private static byte[] colourSegment(Segment segment) {
    if (segment.marker() == APP0 && segment.startsWith(JFIF)) {
      // version 1.2, square pixels, no thumbnail
      return ByteBuffer.allocate(14).put(JFIF).put(new byte[] {1, 2, 0, 0, 1, 0, 1}).array();
    }
    if (segment.marker() == APP14
        && segment.startsWith(ADOBE)
        && segment.content().length > ADOBE_TRANSFORM_AT) {
      byte transform = segment.content()[ADOBE_TRANSFORM_AT];
      return ByteBuffer.allocate(ADOBE_TRANSFORM_AT + 1)
          .put(ADOBE)
          .put(new byte[] {0, 100, 0, 0, 0, 0, transform})
          .array();
    }
    return new byte[0];
  }

  /**
   * Adds an EXIF segment directly behind the start of image, where readers look for it.
   *
   * @param jpeg a JPEG file
   * @param tiff EXIF's TIFF structure, at most 65,527 bytes
   */
  public static byte[] withExif(byte[] jpeg, byte[] tiff) {
    int length = LENGTH_BYTES + EXIF.length + tiff.length;
    return ByteBuffer.allocate(jpeg.length + MARKER_BYTES + length)
        .put(jpeg, 0, MARKER_BYTES)
        .put((byte) MARKER_PREFIX)
        .put((byte) APP1)
        .putShort((short) length)
        .put(EXIF)
        .put(tiff)
        .put(jpeg, MARKER_BYTES, jpeg.length - MARKER_BYTES)
        .array();
  }

  /** The next segment; empty behind the end of image and where the file is cut off or damaged. */
  Optional<Segment> next() throws IOException {
    Optional<Segment> segment = isOver ? Optional.empty() : read();
    isOver = segment.isEmpty() || segment.get().marker() == END_OF_IMAGE;
    isInScan = segment.isPresent() && segment.get().marker() == START_OF_SCAN;
    return segment;
  }

  private Optional<Segment> read() throws IOException {
    if (!isStarted) {
      isStarted = true;
      if (readByte() != MARKER_PREFIX || readByte() != START_OF_IMAGE) {
        return Optional.empty();
      }
    }
    int marker = isInScan ? markerBehindScan() : marker();
    while (marker == TEMPORARY || isRestart(marker)) {
      marker = marker();
    }
    return switch (marker) {
      case NONE, 0, START_OF_IMAGE -> Optional.empty();
      case END_OF_IMAGE -> Optional.of(new Segment(marker, offset(), new byte[0]));
      default -> content(marker);
    };
  }

  /** The marker that is due here; {@link #NONE} when there is none. */
  private int marker() throws IOException {
    int value = readByte();
    if (value != MARKER_PREFIX) {
      return NONE;
    }
    while (value == MARKER_PREFIX) {
      value = readByte();
    }
    return value;
  }

  private int markerBehindScan() throws IOException {
    int previous = 0;
    int value = readByte();
    while (value != NONE) {
      boolean isMarker =
          previous == MARKER_PREFIX && value != MARKER_PREFIX && value != 0 && !isRestart(value);
      if (isMarker) {
        return value;
      }
      previous = value;
      value = readByte();
    }
    return NONE;
  }

  private static boolean isRestart(int marker) {
    return 0xd0 <= marker && marker <= 0xd7;
  }

  private Optional<Segment> content(int marker) throws IOException {
    int high = readByte();
    int low = readByte();
    int length = high << 8 | low; // negative when the file ends here
    if (length < LENGTH_BYTES) {
      return Optional.empty();
    }
    long offset = offset();
    byte[] content = new byte[length - LENGTH_BYTES];
    for (int copied = 0; copied < content.length; ) {
      if (next == end && !fill()) {
        return Optional.empty();
      }
      int bytes = Math.min(end - next, content.length - copied);
      System.arraycopy(buffer, next, content, copied, bytes);
      next += bytes;
      copied += bytes;
    }
    return Optional.of(new Segment(marker, offset, content));
  }

  private long offset() {
    return bufferOffset + next;
  }

  private int readByte() throws IOException {
    return next < end || fill() ? buffer[next++] & 0xff : NONE;
  }

  /** Whether there are more bytes. Called when all bytes of the buffer are used. */
  private boolean fill() throws IOException {
    bufferOffset += end;
    next = 0;
    end = Math.max(0, in.read(buffer));
    return end > 0;
  }
}
