package org.splatline.gpu.format;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.splatline.gpu.geo.GeoPosition;
import org.splatline.gpu.geo.Georeference;
import org.splatline.gpu.geo.Similarity;

/**
 * The comments of a .ply, {@code comment splatline key values}, that name the coordinate frame of
 * its rows: {@code frame model} or {@code frame enu}. With enu, more comments hold the origin on
 * the earth and the similarity from the model's frame, with all bits of their numbers. A file
 * without these comments is in the model's frame.
 */
final class FrameComments {
  private static final String FRAME = "frame";
  private static final String LATITUDE = "origin_latitude_degrees";
  private static final String LONGITUDE = "origin_longitude_degrees";
  private static final String ALTITUDE = "origin_altitude_metres";
  private static final String SCALE = "model_to_enu_scale_metres_per_unit";
  private static final String ROTATION = "model_to_enu_rotation_wxyz";
  private static final String TRANSLATION = "model_to_enu_translation_metres";

  private final String file;
  private final Map<String, String[]> valuesByKey;

  private FrameComments(String file, Map<String, String[]> valuesByKey) {
    this.file = file;
    this.valuesByKey = valuesByKey;
  }

  /** Header lines, each with a line feed, for an east-north-up frame or for the model's frame. */
  static String text(Optional<Georeference> enu) {
    return enu.map(FrameComments::enuText).orElse(line(FRAME, "model"));
  }

  private static String enuText(Georeference enu) {
    return line(FRAME, "enu")
        + line(LATITUDE, enu.origin().latitudeDegrees())
        + line(LONGITUDE, enu.origin().longitudeDegrees())
        + line(ALTITUDE, enu.origin().altitudeMetres())
        + line(SCALE, enu.modelToEnu().scale())
        + line(ROTATION, enu.modelToEnu().quaternion())
        + line(TRANSLATION, enu.modelToEnu().translation());
  }

  private static String line(String key, double... values) {
    return line(
        key, Arrays.stream(values).mapToObj(Double::toString).collect(Collectors.joining(" ")));
  }

  private static String line(String key, String value) {
    return "comment splatline " + key + " " + value + "\n";
  }

  /**
   * The east-north-up frame that the header's lines describe. Of equal keys the last one counts.
   *
   * @throws org.splatline.gpu.verdict.SceneException UNSUPPORTED_INPUT when the frame is unknown,
   *     or is enu and its description is incomplete
   */
  static Optional<Georeference> parse(String file, List<String> lines) {
    Map<String, String[]> valuesByKey = new HashMap<>();
    for (String line : lines) {
      String[] words = line.strip().split("\\s+", -1);
      if (words.length > 2 && words[0].equals("comment") && words[1].equals("splatline")) {
        valuesByKey.put(words[2], Arrays.copyOfRange(words, 3, words.length));
      }
    }
    return new FrameComments(file, valuesByKey).georeference();
  }

  private Optional<Georeference> georeference() {
    String frame = String.join(" ", valuesByKey.getOrDefault(FRAME, new String[] {"model"}));
    return switch (frame) {
      case "model" -> Optional.empty();
      case "enu" -> Optional.of(enu());
      default ->
          throw PlyHeader.broken(
              file, "a comment says frame '%s', which is neither model nor enu".formatted(frame));
    };
  }

  private Georeference enu() {
    try {
      return new Georeference(
          new GeoPosition(number(LATITUDE), number(LONGITUDE), number(ALTITUDE)),
          new Similarity(number(SCALE), numbers(ROTATION, 4), numbers(TRANSLATION, 3)));
    } catch (IllegalArgumentException e) { // thrown by a number or a record that checks itself
      throw PlyHeader.broken(
          file, "its comments say frame enu, but do not describe it: " + e.getMessage());
    }
  }

  private double number(String key) {
    return numbers(key, 1)[0];
  }

  private double[] numbers(String key, int count) {
    String[] values = valuesByKey.getOrDefault(key, new String[0]);
    if (values.length != count) {
      throw new IllegalArgumentException(
          "%s has %d numbers, need %d".formatted(key, values.length, count));
    }
    return Arrays.stream(values).mapToDouble(Double::parseDouble).toArray();
  }
}
