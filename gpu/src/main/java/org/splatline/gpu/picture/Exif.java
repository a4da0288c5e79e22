package org.splatline.gpu.picture;

import com.drew.imaging.ImageMetadataReader;
import com.drew.imaging.ImageProcessingException;
import com.drew.lang.GeoLocation;
import com.drew.lang.Rational;
import com.drew.metadata.Metadata;
import com.drew.metadata.exif.ExifIFD0Directory;
import com.drew.metadata.exif.ExifSubIFDDirectory;
import com.drew.metadata.exif.GpsDirectory;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * What a camera wrote into a photograph. EXIF is hearsay: what can't be read or be true counts as
 * absent and never costs the photograph.
 *
 * @param orientation 1 to 8; 1, upright, if absent
 * @param focalLengthMm of the lens, mm; 0 if absent
 * @param takenAt as written, without a zone, {@code yyyy-mm-ddThh:mm:ss}; empty if absent
 * @param position where it was taken; null if absent
 * @param camera make and model, as in {@code Canon EOS 5D}; empty if absent
 */
public record Exif(
    int orientation, double focalLengthMm, String takenAt, Position position, String camera)
    implements Serializable {
  public Exif {
    camera = camera == null ? "" : camera; // of a manifest of an earlier version
  }

  /** Of a file without any. */
  public static final Exif ABSENT = new Exif(1, 0, "", null, "");

  private static final int ORIENTATIONS = 8;
  private static final double HIGHEST_M = 100_000;
  private static final int LONGEST_WORD = 60;
  private static final Pattern TIME =
      Pattern.compile("\\d{4}:[01]\\d:[0-3]\\d [0-2]\\d:[0-5]\\d:[0-6]\\d");

  /**
   * A place by GPS, WGS84.
   *
   * @param latitude degrees north, [-90, 90]
   * @param longitude degrees east, [-180, 180]
   * @param altitude m above the sea or the ellipsoid, as the camera takes it; null if absent
   */
  public record Position(double latitude, double longitude, Double altitude)
      implements Serializable {}

  public static Exif of(Path file) {
    try {
      return of(ImageMetadataReader.readMetadata(file.toFile()));
    } catch (ImageProcessingException | IOException | RuntimeException | StackOverflowError e) {
      return ABSENT; // the library throws what it meets in damaged directories
    }
  }

  private static Exif of(Metadata metadata) {
    int orientation = ABSENT.orientation;
    for (ExifIFD0Directory directory : metadata.getDirectoriesOfType(ExifIFD0Directory.class)) {
      Integer value = directory.getInteger(ExifIFD0Directory.TAG_ORIENTATION);
      if (value != null && 1 <= value && value <= ORIENTATIONS) {
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

  /** Many cameras begin their model with their make. */
  private static String camera(Metadata metadata) {
    ExifIFD0Directory directory = metadata.getFirstDirectoryOfType(ExifIFD0Directory.class);
    if (directory == null) {
      return "";
    }
    String make = word(directory.getString(ExifIFD0Directory.TAG_MAKE));
    String model = word(directory.getString(ExifIFD0Directory.TAG_MODEL));
    String camera = model.startsWith(make) ? model : make + " " + model;
    return camera.strip();
  }

  /** Without what terminals and tables choke on, and not too long. */
  private static String word(String text) {
    String clean = text == null ? "" : text.replaceAll("[^\\p{Print}]+", " ").strip();
    return clean.substring(0, Math.min(clean.length(), LONGEST_WORD));
  }

  private static Position position(Metadata metadata) {
    Position position = null;
    for (GpsDirectory directory : metadata.getDirectoriesOfType(GpsDirectory.class)) {
      GeoLocation place = directory.getGeoLocation();
      if (place != null
          && !place.isZero()
          && isOnEarth(place)) { // cameras without a fix write 0, 0
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
    if (height == null || !(Math.abs(height.doubleValue()) < HIGHEST_M)) {
      return null;
    }
    Integer below = directory.getInteger(GpsDirectory.TAG_ALTITUDE_REF);
    return below != null && below == 1 ? -height.doubleValue() : height.doubleValue();
  }
}
