package org.splatline.pipeline.ingest;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;

/**
 * One file of a scene and what became of it.
 *
 * @param name path below the scene's folder of photographs, parts separated by {@code /}
 * @param bytes the file's length
 * @param sha256 of the file, hexadecimal
 * @param width px as stored; 0 if unknown
 * @param height px as stored; 0 if unknown
 * @param orientation EXIF's, 1 to 8; 1, upright, if it has none
 * @param focalLengthMm EXIF's, of the lens, mm; 0 if unknown
 * @param status whether it is used, or what keeps it from that
 * @param reason why it is rejected; empty if it isn't
 */
@JsonIgnoreProperties("rejected")
public record Photograph(
    String name,
    long bytes,
    String sha256,
    int width,
    int height,
    int orientation,
    double focalLengthMm,
    Status status,
    String reason) {

  /** What a file of a scene is good for. */
  public enum Status {
    USED,
    /** A model the scene brings: {@code sparse/0/*} or {@code transforms*.json}. */
    MODEL,
    /** Not an image, of a kind that can't be read, or damaged. */
    UNREADABLE,
    /** More pixels than {@code limits.image-pixels}. */
    TOO_LARGE,
    /** A name that tools would take for something else. */
    BAD_NAME
  }

  /** Whether it is left out. */
  public boolean isRejected() {
    return switch (status) {
      case USED, MODEL -> false;
      case UNREADABLE, TOO_LARGE, BAD_NAME -> true;
    };
  }
}
