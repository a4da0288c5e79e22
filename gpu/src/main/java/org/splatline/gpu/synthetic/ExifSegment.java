package org.splatline.gpu.synthetic;

import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import org.splatline.gpu.picture.JpegSegments;
import org.splatline.gpu.picture.TiffDirectory;

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

  /** The JPEG with this segment directly after its first marker, where readers expect it. */
  byte[] insertedInto(byte[] jpeg) {
    return JpegSegments.withExif(jpeg, tiff());
  }

  private byte[] tiff() {
    String time = TIME.format(taken);
    TiffDirectory exif = new TiffDirectory();
    exif.undefined(0x9000, "0230".getBytes(StandardCharsets.US_ASCII));
    exif.ascii(0x9003, time); // DateTimeOriginal
    exif.thousandths(0x920A, focalLengthMillimetres);
    exif.ofLong(0xA002, width);
    exif.ofLong(0xA003, height);
    exif.ofShort(0xA405, focalLength35);
    TiffDirectory main = new TiffDirectory();
    main.ascii(0x010F, make);
    main.ascii(0x0110, model);
    main.ofShort(0x0112, orientation);
    main.ascii(0x0132, time);
    main.directory(0x8769, exif);
    return main.file();
  }
}
