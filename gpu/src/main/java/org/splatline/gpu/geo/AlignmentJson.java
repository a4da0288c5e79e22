package org.splatline.gpu.geo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.splatline.gpu.io.Parsers;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;

/**
 * {@link GeoAlignment} as {@code alignment.json} in a scene's folder ({@link
 * org.splatline.gpu.scene.SceneReader#ALIGNMENT}). Numbers keep all their bits.
 */
public final class AlignmentJson {
  private static final int SCHEMA_VERSION = 1;
  private static final long MAX_BYTES = 1 << 24;
  private static final ObjectMapper MAPPER = new ObjectMapper(Parsers.json());

  private AlignmentJson() {}

  /** The JSON text, with a line feed at its end. */
  public static String text(GeoAlignment alignment) {
    GeoPosition origin = alignment.georeference().origin();
    Similarity modelToEnu = alignment.georeference().modelToEnu();
    AlignmentResiduals residuals = alignment.residuals();
    ObjectNode json = MAPPER.createObjectNode();
    json.put("schema_version", SCHEMA_VERSION);
    json.put("origin_latitude_degrees", origin.latitudeDegrees());
    json.put("origin_longitude_degrees", origin.longitudeDegrees());
    json.put("origin_altitude_metres", origin.altitudeMetres());
    json.put("model_to_enu_scale_metres_per_unit", modelToEnu.scale());
    put(json.putArray("model_to_enu_rotation_wxyz"), modelToEnu.quaternion());
    put(json.putArray("model_to_enu_translation_metres"), modelToEnu.translation());
    json.put("images_used", alignment.imagesUsed());
    json.put("inliers", alignment.inliers());
    json.put("inlier_distance_metres", alignment.inlierMetres());
    json.put("horizontal_rms_metres", residuals.horizontalRms());
    json.put("horizontal_median_metres", residuals.horizontalMedian());
    json.put("vertical_rms_metres", residuals.verticalRms());
    json.put("vertical_median_metres", residuals.verticalMedian());
    alignment.outliers().forEach(json.putArray("outliers")::add);
    return json.toPrettyString() + "\n";
  }

  private static void put(ArrayNode array, double[] values) {
    Arrays.stream(values).forEach(array::add);
  }

  /** Overwrites {@code file}. */
  public static void write(GeoAlignment alignment, Path file) throws IOException {
    Files.writeString(file, text(alignment));
  }

  /**
   * Reads a file that {@link #write} wrote. Unknown keys are skipped.
   *
   * @throws SceneException UNSUPPORTED_INPUT when it is not JSON, lacks a key or holds an
   *     impossible value
   */
  public static GeoAlignment read(Path file) {
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw broken(file, "%d bytes are too many".formatted(Files.size(file)), null);
      }
      return alignment(MAPPER.readTree(file.toFile()));
    } catch (JsonProcessingException e) {
      throw broken(file, e.getOriginalMessage(), e);
    } catch (CharConversionException | IllegalArgumentException e) {
      throw broken(file, e.getMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + file, e);
    }
  }

  private static GeoAlignment alignment(JsonNode json) {
    int version = (int) number(json, "schema_version");
    if (version != SCHEMA_VERSION) {
      throw new IllegalArgumentException("schema_version %d is not 1".formatted(version));
    }
    GeoPosition origin =
        new GeoPosition(
            number(json, "origin_latitude_degrees"),
            number(json, "origin_longitude_degrees"),
            number(json, "origin_altitude_metres"));
    Similarity modelToEnu =
        new Similarity(
            number(json, "model_to_enu_scale_metres_per_unit"),
            numbers(json, "model_to_enu_rotation_wxyz"),
            numbers(json, "model_to_enu_translation_metres"));
    return new GeoAlignment(
        new Georeference(origin, modelToEnu),
        number(json, "inlier_distance_metres"),
        (int) number(json, "images_used"),
        names(json, "outliers"),
        new AlignmentResiduals(
            number(json, "horizontal_rms_metres"),
            number(json, "horizontal_median_metres"),
            number(json, "vertical_rms_metres"),
            number(json, "vertical_median_metres")));
  }

  private static double number(JsonNode json, String key) {
    return checked(json.path(key), key);
  }

  private static double checked(JsonNode value, String key) {
    if (!value.isNumber()) {
      throw new IllegalArgumentException(
          "%s is %s, not a number".formatted(key, value.isMissingNode() ? "missing" : value));
    }
    return value.doubleValue();
  }

  private static double[] numbers(JsonNode json, String key) {
    double[] numbers = new double[list(json, key).size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = checked(json.path(key).path(i), key);
    }
    return numbers;
  }

  private static List<String> names(JsonNode json, String key) {
    List<String> names = new ArrayList<>();
    list(json, key).forEach(name -> names.add(name.asText()));
    return names;
  }

  private static JsonNode list(JsonNode json, String key) {
    if (!json.path(key).isArray()) {
      throw new IllegalArgumentException(key + " is not a list");
    }
    return json.path(key);
  }

  private static SceneException broken(Path file, String why, Throwable cause) {
    return new SceneException(
        Verdict.UNSUPPORTED_INPUT,
        "Cannot read the alignment %s: %s. Align the scene again, or remove the file."
            .formatted(file, why),
        cause);
  }
}
