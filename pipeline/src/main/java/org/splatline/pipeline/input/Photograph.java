package org.splatline.pipeline.input;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.io.Serializable;
import org.splatline.gpu.picture.Exif;
import org.splatline.gpu.picture.PictureLook;

/**
 * One file of a scene, and whether it is used.
 *
 * @param name path below the scene's folder of photographs, parts separated by {@code /}
 * @param bytes the file's length
 * @param sha256 of the file, hexadecimal
 * @param width px as stored; 0 if unknown
 * @param height px as stored; 0 if unknown
 * @param exif what the camera wrote
 * @param look its sharpness and hash
 * @param blurred whether it is much less sharp than the scene's other photographs
 * @param duplicateOf the earlier photograph that it looks like; empty: none
 * @param status whether it is used, or why not
 * @param reason why it is rejected; empty: it is not
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
    String reason)
    implements Serializable {

  /** A file that is not decoded. */
  static Photograph unseen(String name, long bytes, String sha256, Status status, String reason) {
    return new Photograph(
        name, bytes, sha256, 0, 0, Exif.ABSENT, PictureLook.NONE, false, "", status, reason);
  }

  /** What is done with a file of a scene. */
  public enum Status {
    USED,
    /**
     * A file of the model that the scene brings: {@code sparse/0/*}, {@code transforms*.json}, its
     * alignment.
     */
    MODEL,
    /** Not an image, or damaged. */
    UNREADABLE,
    /** A picture of a kind that is not supported: HEIC, WebP, CMYK, 16 bits, animated. */
    UNSUPPORTED,
    /** More pixels than {@code limits.image-pixels}. */
    TOO_LARGE,
    /** A name that tools would misread. */
    BAD_NAME,
    /** Blurred, and {@code input.photographs.blurred} is {@code drop}. */
    BLURRED,
    /** Looks like another one, and {@code input.photographs.duplicates} is {@code drop}. */
    DUPLICATE
  }

  /** Whether it is not used. */
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
