package org.splatline.gpu.picture;

import com.drew.imaging.ImageMetadataReader;
import com.drew.imaging.ImageProcessingException;
import com.drew.imaging.jpeg.JpegSegmentType;
import com.drew.lang.ByteArrayReader;
import com.drew.lang.GeoLocation;
import com.drew.lang.Rational;
import com.drew.metadata.Metadata;
import com.drew.metadata.exif.ExifIFD0Directory;
import com.drew.metadata.exif.ExifReader;
import com.drew.metadata.exif.ExifSubIFDDirectory;
import com.drew.metadata.exif.GpsDirectory;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * What a camera recorded in a photograph. A value that cannot be read or cannot be true counts as
 * absent; it never makes a photograph unusable.
 *
 * @param orientation 1 to 8; 1, upright, if absent
 * @param focalLengthMm focal length of the lens, mm; 0 if absent
 * @param takenAt local time as written, without a zone, {@code yyyy-mm-ddThh:mm:ss}; empty if
 *     absent
 * @param position where the photograph was taken; null if absent
 * @param camera make and model, such as {@code Canon EOS 5D}; empty if absent
 */
public record Exif(
    int orientation, double focalLengthMm, String takenAt, Position position, String camera)
    implements Serializable {
  public Exif {
    camera = camera == null ? "" : camera; // manifests of earlier versions lack it
  }

  /** The values of a file without EXIF. */
  public static final Exif ABSENT = new Exif(1, 0, "", null, "");

  private static final int MAX_ORIENTATION = 8;
  private static final double MAX_ALTITUDE_M = 100_000;
  private static final int MAX_LENGTH = 60;
  private static final Pattern TIME =
      Pattern.compile("\\d{4}:[01]\\d:[0-3]\\d [0-2]\\d:[0-5]\\d:[0-6]\\d");

  /**
   * A position from GPS, WGS84.
   *
   * @param latitude degrees north, [-90, 90]
   * @param longitude degrees east, [-180, 180]
   * @param altitude m above the sea or the ellipsoid, depending on the camera; null if absent
   */
  public record Position(double latitude, double longitude, Double altitude)
      implements Serializable {}

  /**
   * Reads a file's EXIF. Where several segments or directories have a valid value, the last one
   * counts.
   */
  public static Exif of(Path file) {
    try {
      return of(metadata(file));
    } catch (ImageProcessingException | IOException | RuntimeException | StackOverflowError e) {
      return ABSENT; // damaged directories make the library throw any of these
    }
  }

  static Metadata metadata(Path file) throws ImageProcessingException, IOException {
    PictureFormat format = PictureFormat.of(file);
    if (format != PictureFormat.JPEG && format != PictureFormat.PNG) {
      return ImageMetadataReader.readMetadata(file.toFile());
    }
    Metadata metadata = new Metadata();
    try (InputStream in = Files.newInputStream(file)) {
      if (format == PictureFormat.PNG) { // the library would unpack its texts without a limit
        new ExifReader().extract(new ByteArrayReader(PngChunks.exif(in)), metadata);
      } else {
        new ExifReader()
            .readJpegSegments(
                JpegSegments.exif(in).stream().map(JpegSegments.Segment::content).toList(),
                metadata,
                JpegSegmentType.APP1);
      }
    }
    return metadata;
  }

  private static Exif of(Metadata metadata) {
    int orientation = ABSENT.orientation;
    for (ExifIFD0Directory directory : metadata.getDirectoriesOfType(ExifIFD0Directory.class)) {
      Integer value = directory.getInteger(ExifIFD0Directory.TAG_ORIENTATION);
      if (value != null && 1 <= value && value <= MAX_ORIENTATION) {
        orientation = value;
      }
    }
    double focalLength = ABSENT.focalLengthMm;
    String takenAt = ABSENT.takenAt;
    for (ExifSubIFDDirectory directory : metadata.getDirectoriesOfType(ExifSubIFDDirectory.class)) {
      Double value = directory.getDoubleObject(ExifSubIFDDirectory.TAG_FOCAL_LENGTH);
      if (value != null && value > 0 && Double.isFinite(value)) {
        focalLength = value;
      }
      String time = directory.getString(ExifSubIFDDirectory.TAG_DATETIME_ORIGINAL);
      if (time != null && TIME.matcher(time).matches()) {
        takenAt = time.substring(0, 10).replace(':', '-') + "T" + time.substring(11);
      }
    }
    return new Exif(orientation, focalLength, takenAt, position(metadata), camera(metadata));
  }

  /** The make is left out where the model already starts with it, as with many cameras. */
  private static String camera(Metadata metadata) {
    ExifIFD0Directory directory = metadata.getFirstDirectoryOfType(ExifIFD0Directory.class);
    if (directory == null) {
      return "";
    }
    String make = printable(directory.getString(ExifIFD0Directory.TAG_MAKE));
    String model = printable(directory.getString(ExifIFD0Directory.TAG_MODEL));
    String camera = model.startsWith(make) ? model : make + " " + model;
    return camera.strip();
  }

  /** A text without unprintable characters, cut to a length that fits into a table. */
  static String printable(String text) {
    String clean = text == null ? "" : text.replaceAll("[^\\p{Print}]+", " ").strip();
    return clean.substring(0, Math.min(clean.length(), MAX_LENGTH));
  }

  private static Position position(Metadata metadata) {
    Position position = null;
    for (GpsDirectory directory : metadata.getDirectoriesOfType(GpsDirectory.class)) {
      GeoLocation place = directory.getGeoLocation();
      // Cameras that have no GPS position write 0, 0.
      if (place != null && !place.isZero() && isOnEarth(place)) {
        position = new Position(place.getLatitude(), place.getLongitude(), altitude(directory));
      }
    }
    return position;
  }

  private static boolean isOnEarth(GeoLocation place) {
    return Math.abs(place.getLatitude()) <= 90 && Math.abs(place.getLongitude()) <= 180;
  }

  private static Double altitude(GpsDirectory directory) {
    Rational height = directory.getRational(GpsDirectory.TAG_ALTITUDE);
    if (height == null || !(Math.abs(height.doubleValue()) < MAX_ALTITUDE_M)) {
      return null;
    }
    Integer below = directory.getInteger(GpsDirectory.TAG_ALTITUDE_REF);
    return below != null && below == 1 ? -height.doubleValue() : height.doubleValue();
  }
}
