package org.splatline.gpu.picture;

import com.drew.imaging.ImageProcessingException;
import com.drew.metadata.Directory;
import com.drew.metadata.Metadata;
import com.drew.metadata.exif.ExifIFD0Directory;
import com.drew.metadata.exif.ExifSubIFDDirectory;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Writes anew what COLMAP and the trainer read of a photograph's EXIF: orientation, camera, focal
 * length, and the position from GPS. Nothing else of it is kept.
 */
final class CameraTags {
  private static final int ORIENTATION = 0x0112;
  private static final int EXIF = 0x8769;
  private static final int GPS = 0x8825;
  private static final int DEGREE_PARTS = 10_000_000; // a centimetre
  private static final double MOST_MM = 100_000;
  private static final int MOST_RESOLUTION = 2_000_000;

  private CameraTags() {}

  /**
   * The tags of a photograph.
   *
   * @param orientation the one to write; that of the file need not be it
   */
  static TiffDirectory of(Path file, Exif exif, int orientation) {
    Metadata metadata;
    try {
      metadata = Exif.metadata(file);
    } catch (ImageProcessingException | IOException | RuntimeException | StackOverflowError e) {
      metadata = new Metadata(); // as Exif.of does
    }
    TiffDirectory main = new TiffDirectory();
    ExifIFD0Directory camera = metadata.getFirstDirectoryOfType(ExifIFD0Directory.class);
    if (camera != null) {
      text(camera, ExifIFD0Directory.TAG_MAKE, main);
      text(camera, ExifIFD0Directory.TAG_MODEL, main);
    }
    if (orientation != Exif.ABSENT.orientation()) {
      main.ofShort(ORIENTATION, orientation);
    }
    main.directory(EXIF, lens(metadata, exif));
    main.directory(GPS, position(exif.position()));
    return main;
  }

  private static void text(Directory from, int tag, TiffDirectory to) {
    String text = Exif.printable(from.getString(tag));
    if (!text.isEmpty()) {
      to.ascii(tag, text);
    }
  }

  private static TiffDirectory lens(Metadata metadata, Exif exif) {
    TiffDirectory lens = new TiffDirectory();
    if (0 < exif.focalLengthMm() && exif.focalLengthMm() < MOST_MM) {
      lens.thousandths(ExifSubIFDDirectory.TAG_FOCAL_LENGTH, exif.focalLengthMm());
    }
    ExifSubIFDDirectory tags = metadata.getFirstDirectoryOfType(ExifSubIFDDirectory.class);
    if (tags == null) {
      return lens;
    }
    Double resolution = tags.getDoubleObject(ExifSubIFDDirectory.TAG_FOCAL_PLANE_X_RESOLUTION);
    Integer unit = tags.getInteger(ExifSubIFDDirectory.TAG_FOCAL_PLANE_RESOLUTION_UNIT);
    if (resolution != null && unit != null && 0 < resolution && resolution < MOST_RESOLUTION) {
      lens.thousandths(ExifSubIFDDirectory.TAG_FOCAL_PLANE_X_RESOLUTION, resolution);
      lens.ofShort(ExifSubIFDDirectory.TAG_FOCAL_PLANE_RESOLUTION_UNIT, unit);
    }
    Integer on35mm = tags.getInteger(ExifSubIFDDirectory.TAG_35MM_FILM_EQUIV_FOCAL_LENGTH);
    if (on35mm != null && 0 < on35mm && on35mm <= 0xffff) {
      lens.ofShort(ExifSubIFDDirectory.TAG_35MM_FILM_EQUIV_FOCAL_LENGTH, on35mm);
    }
    return lens;
  }

  private static TiffDirectory position(Exif.Position position) {
    TiffDirectory gps = new TiffDirectory();
    if (position == null) {
      return gps;
    }
    gps.ascii(1, position.latitude() < 0 ? "S" : "N");
    degrees(2, position.latitude(), gps);
    gps.ascii(3, position.longitude() < 0 ? "W" : "E");
    degrees(4, position.longitude(), gps);
    if (position.altitude() != null) {
      gps.ofByte(5, position.altitude() < 0 ? 1 : 0); // below the sea
      gps.thousandths(6, Math.abs(position.altitude()));
    }
    return gps;
  }

  /** Degrees, minutes and seconds; all in the degrees. */
  private static void degrees(int tag, double degrees, TiffDirectory gps) {
    gps.ofParts(tag, DEGREE_PARTS, Math.abs(degrees), 0, 0);
  }
}
