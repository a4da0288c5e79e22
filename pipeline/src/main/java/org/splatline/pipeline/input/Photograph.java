package org.splatline.pipeline.input;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import org.splatline.gpu.picture.Exif;
import org.splatline.gpu.picture.PictureLook;

/**
 * One file of a scene and what became of it.
 *
 * @param name path below the scene's folder of photographs, parts separated by {@code /}
 * @param bytes the file's length
 * @param sha256 of the file, hexadecimal
 * @param width px as stored; 0 if unknown
 * @param height px as stored; 0 if unknown
 * @param exif what its camera wrote
 * @param look what it looks like
 * @param blurred whether it is much less sharp than the scene's others
 * @param duplicateOf the earlier photograph it looks like; empty: none
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
    Exif exif,
    PictureLook look,
    boolean blurred,
    String duplicateOf,
    Status status,
    String reason) {

  /** A file whose picture, if it is one, isn't looked at. */
  static Photograph unseen(String name, long bytes, String sha256, Status status, String reason) {
    return new Photograph(
        name, bytes, sha256, 0, 0, Exif.ABSENT, PictureLook.NONE, false, "", status, reason);
  }

  /** What a file of a scene is good for. */
  public enum Status {
    USED,
    /**
     * Of the model the scene brings: {@code sparse/0/*}, {@code transforms*.json}, its alignment.
     */
    MODEL,
    /** Not an image, or damaged. */
    UNREADABLE,
    /** A picture of a kind that isn't taken: HEIC, WebP, CMYK, 16 bits, animated. */
    UNSUPPORTED,
    /** More pixels than {@code limits.image-pixels}. */
    TOO_LARGE,
    /** A name that tools would take for something else. */
    BAD_NAME,
    /** Blurred, and {@code input.photographs.blurred} is {@code drop}. */
    BLURRED,
    /** Like another, and {@code input.photographs.duplicates} is {@code drop}. */
    DUPLICATE
  }

  /** Whether it is left out. */
  public boolean isRejected() {
    return switch (status) {
      case USED, MODEL -> false;
      case UNREADABLE, UNSUPPORTED, TOO_LARGE, BAD_NAME, BLURRED, DUPLICATE -> true;
    };
  }

  Photograph withStatus(Status newStatus, String why) {
    return new Photograph(
        name, bytes, sha256, width, height, exif, look, blurred, duplicateOf, newStatus, why);
  }

  Photograph withLook(PictureLook seen) {
    return new Photograph(
        name, bytes, sha256, width, height, exif, seen, blurred, duplicateOf, status, reason);
  }

  Photograph withFlags(boolean isBlurred, String like) {
    return new Photograph(
        name, bytes, sha256, width, height, exif, look, isBlurred, like, status, reason);
  }
}
