package org.splatline.pipeline.ingest;

import com.drew.imaging.ImageMetadataReader;
import com.drew.imaging.ImageProcessingException;
import com.drew.metadata.Metadata;
import com.drew.metadata.exif.ExifIFD0Directory;
import com.drew.metadata.exif.ExifSubIFDDirectory;
import java.io.IOException;
import java.nio.file.Path;

/**
 * What a camera wrote into a photograph. EXIF is hearsay: what can't be read or be true counts as
 * absent and never costs the photograph.
 *
 * @param orientation 1 to 8; 1, upright, if absent
 * @param focalLengthMm of the lens, mm; 0 if absent
 */
record Exif(int orientation, double focalLengthMm) {
  private static final Exif ABSENT = new Exif(1, 0);
  private static final int ORIENTATIONS = 8;

  static Exif of(Path file) {
    try {
      return of(ImageMetadataReader.readMetadata(file.toFile()));
    } catch (ImageProcessingException | IOException | RuntimeException e) {
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
    for (ExifSubIFDDirectory directory : metadata.getDirectoriesOfType(ExifSubIFDDirectory.class)) {
      Double value = directory.getDoubleObject(ExifSubIFDDirectory.TAG_FOCAL_LENGTH);
      if (value != null && value > 0 && Double.isFinite(value)) {
        focalLength = value;
      }
    }
    return new Exif(orientation, focalLength);
  }
}
