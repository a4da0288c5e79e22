package org.splatline.pipeline.table;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import org.splatline.gpu.PlainText;

/**
 * One file of a scene. JSON and the table show the groups' components in their place.
 *
 * @param image the file's name, as {@link PlainText}
 */
@JsonDeserialize(using = FlatRecordReader.class)
public record ImageRow(
    @JsonUnwrapped AttemptKey key,
    String image,
    @JsonUnwrapped Use use,
    @JsonUnwrapped FileFacts file,
    @JsonUnwrapped ExifFacts exif,
    @JsonUnwrapped Position position,
    @JsonUnwrapped Look look,
    @JsonUnwrapped Registration registration)
    implements AttemptRow {
  public ImageRow {
    image = PlainText.line(image);
  }

  /**
   * Whether the file is used.
   *
   * @param status USED, or why it is left out
   * @param reason one clause; empty when used
   */
  public record Use(String status, String reason) {
    public Use {
      reason = PlainText.line(reason);
    }
  }

  /**
   * The file itself.
   *
   * @param width px as stored; 0 if unknown
   * @param height px as stored; 0 if unknown
   */
  public record FileFacts(long bytes, String sha256, int width, int height) {}

  /**
   * What the camera wrote.
   *
   * @param orientation 1 to 8
   * @param focalLengthMm mm; 0 if unknown
   * @param takenAt local time; empty if unknown
   * @param camera make and model; null if unknown
   */
  public record ExifFacts(int orientation, double focalLengthMm, String takenAt, String camera) {
    public ExifFacts {
      takenAt = PlainText.line(takenAt);
      camera = PlainText.line(camera);
    }
  }

  /**
   * Where the camera was, from GPS; null where unknown.
   *
   * @param latitude degrees north
   * @param longitude degrees east
   * @param altitude m
   */
  public record Position(Double latitude, Double longitude, Double altitude) {
    public static final Position UNKNOWN = new Position(null, null, null);
  }

  /**
   * How sharp the picture is, and whether it repeats another.
   *
   * @param duplicateOf the other's name; empty if there is none
   */
  public record Look(double sharpness, boolean blurred, String duplicateOf) {
    public Look {
      duplicateOf = PlainText.line(duplicateOf);
    }
  }

  /**
   * Where COLMAP placed the camera.
   *
   * @param model index of the best attempt's sub-model that contains the camera; 0 is the scene's
   *     own. Null if there is none or COLMAP didn't run
   * @param observations features that show a point; null where {@code model} is
   */
  public record Registration(Integer model, Integer observations) {
    public static final Registration NONE = new Registration(null, null);
  }
}
