package org.splatline.gpu.picture;

import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.Optional;

/** What the markers of a picture file say, read one by one without decoding. */
final class PictureMarkers {
  private static final int MOST = 10_000; // markers looked at: real files have some ten
  private static final int START_OF_SCAN = 0xda;
  private static final int PNG_SIGNATURE = 8;
  private static final int ACTL = 0x6163544c; // «acTL»
  private static final int IDAT = 0x49444154; // «IDAT»

  private PictureMarkers() {}

  /**
   * A JPEG's frame (ITU T.81, B.2.2).
   *
   * @param bits a channel
   * @param components channels: 1 grey, 3 colour, 4 CMYK
   */
  record JpegFrame(int bits, int components) {}

  /** Empty: none comes before the picture's data. */
  static Optional<JpegFrame> jpegFrame(Path file) throws IOException {
    try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
      in.seek(2); // start of image
      for (int i = 0; i < MOST; i++) {
        int marker = nextMarker(in);
        if (marker == START_OF_SCAN) {
          return Optional.empty();
        }
        int length = in.readUnsignedShort();
        if (isFrame(marker)) {
          int bits = in.readUnsignedByte();
          in.skipBytes(4); // its sides
          return Optional.of(new JpegFrame(bits, in.readUnsignedByte()));
        }
        in.seek(in.getFilePointer() + Math.max(0, length - 2));
      }
      return Optional.empty();
    } catch (EOFException e) {
      return Optional.empty(); // cut off: decoding it says so
    }
  }

  private static int nextMarker(RandomAccessFile in) throws IOException {
    int marker = in.readUnsignedByte();
    while (marker == 0xff || marker == 0) {
      marker = in.readUnsignedByte();
    }
    return marker;
  }

  /** SOF0 to SOF15 but DHT, JPG and DAC, which stand among them. */
  private static boolean isFrame(int marker) {
    return 0xc0 <= marker && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
  }

  /** Whether a PNG says, before its picture's data, that more pictures follow. */
  static boolean isAnimatedPng(Path file) throws IOException {
    try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
      in.seek(PNG_SIGNATURE);
      for (int i = 0; i < MOST; i++) {
        long length = in.readInt() & 0xffffffffL;
        int type = in.readInt();
        if (type == ACTL || type == IDAT) {
          return type == ACTL;
        }
        in.seek(in.getFilePointer() + length + 4); // its checksum too
      }
      return false;
    } catch (EOFException e) {
      return false;
    }
  }
}
