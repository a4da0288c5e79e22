package org.splatline.gpu.format;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.splatline.gpu.io.Parsers;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;

/**
 * The meta.json of a .sog.
 *
 * @param count of Gaussians
 * @param mins [3] of positions, logarithmic
 * @param maxs [3]
 * @param scales [256] values of ln s
 * @param colours [256] coefficients of band 0
 * @param bands of the bands 1 and up, if there are any
 * @param pictures their files' names
 */
record SogMeta(
    int count,
    boolean antialiased,
    double[] mins,
    double[] maxs,
    float[] scales,
    float[] colours,
    Optional<Bands> bands,
    Pictures pictures) {
  static final String NAME = "meta.json";
  static final int MAX_BYTES = 1 << 20;

  /** The mode of a quaternion whose largest component is w. */
  static final int FIRST_MODE = 252;

  static final String MEANS_LOW = "means_l.webp";
  static final String MEANS_HIGH = "means_u.webp";
  static final String QUATS = "quats.webp";
  static final String SCALES = "scales.webp";
  static final String SH0 = "sh0.webp";
  static final String CENTROIDS = "shN_centroids.webp";
  static final String LABELS = "shN_labels.webp";

  /** splat-transform's word for a model that needs the 2-D filter. */
  private static final String ANTIALIASED = "antialiased";

  /** Beyond, the exponential of a position is infinite. */
  private static final double MAX_LOGARITHM = 88;

  private static final ObjectMapper JSON =
      new ObjectMapper(
          Parsers.jsonBuilder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build());

  /**
   * The palette of the bands 1 and up.
   *
   * @param count of centroids
   * @param shDegree the highest band, 1 to 3
   * @param codebook [256] coefficients
   */
  record Bands(int count, int shDegree, float[] codebook) {}

  /** The names of the pictures; empty for those that the file doesn't have. */
  record Pictures(
      String meansLow,
      String meansHigh,
      String quats,
      String scales,
      String sh0,
      String centroids,
      String labels) {

    /** The names of those that the file has. */
    List<String> all() {
      return Stream.concat(ofGaussians().stream(), Stream.of(centroids))
          .filter(name -> !name.isEmpty())
          .toList();
    }

    /** The names of those that have a pixel for each Gaussian. */
    List<String> ofGaussians() {
      return Stream.of(meansLow, meansHigh, quats, scales, sh0, labels)
          .filter(name -> !name.isEmpty())
          .toList();
    }
  }

  /** With pictures of the usual names. */
  SogMeta(
      int count,
      boolean antialiased,
      double[] mins,
      double[] maxs,
      float[] scales,
      float[] colours,
      Optional<Bands> bands) {
    this(
        count,
        antialiased,
        mins,
        maxs,
        scales,
        colours,
        bands,
        new Pictures(MEANS_LOW, MEANS_HIGH, QUATS, SCALES, SH0, CENTROIDS, LABELS));
  }

  static SceneException broken(Path file, String why) {
    return new SceneException(
        Verdict.UNSUPPORTED_INPUT,
        "Cannot read Gaussians from %s: %s. Export it again as .sog version 2 or .ply."
            .formatted(file, why));
  }

  byte[] toJson() {
    ObjectNode root = JSON.createObjectNode();
    root.put("version", 2);
    root.putObject("asset").put("generator", "Splatline");
    root.put("count", count);
    root.put("antialias", antialiased);
    if (antialiased) {
      root.put("model", ANTIALIASED);
    }
    ObjectNode means = root.putObject("means");
    for (double min : mins) {
      means.withArray("mins").add(min);
    }
    for (double max : maxs) {
      means.withArray("maxs").add(max);
    }
    means.putArray("files").add(pictures.meansLow()).add(pictures.meansHigh());
    putCodebook(root.putObject("scales"), scales).putArray("files").add(pictures.scales());
    root.putObject("quats").putArray("files").add(pictures.quats());
    putCodebook(root.putObject("sh0"), colours).putArray("files").add(pictures.sh0());
    bands.ifPresent(
        b -> {
          ObjectNode node = root.putObject("shN");
          node.put("count", b.count()).put("bands", b.shDegree());
          putCodebook(node, b.codebook())
              .putArray("files")
              .add(pictures.centroids())
              .add(pictures.labels());
        });
    try {
      return JSON.writeValueAsBytes(root);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ObjectNode putCodebook(ObjectNode node, float[] values) {
    ArrayNode codebook = node.putArray("codebook");
    for (float value : values) {
      codebook.add(value);
    }
    return node;
  }

  /** Parses and checks a meta.json, without any picture. */
  static SogMeta parse(Path file, byte[] bytes) {
    JsonNode root;
    try {
      root = JSON.readTree(bytes);
    } catch (IOException e) {
      throw broken(file, "its meta.json is not JSON (%s)".formatted(firstLine(e)));
    }
    return new Parser(file).parse(root);
  }

  private static String firstLine(IOException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("empty");
  }

  private record Parser(Path file) {

    SogMeta parse(JsonNode root) {
      if (integer(root, "version", Integer.MAX_VALUE) != 2) {
        throw broken(file, "it has version %s; 2 can be read".formatted(root.path("version")));
      }
      int count = integer(root, "count", Integer.MAX_VALUE);
      JsonNode shN = root.path("shN");
      boolean hasBands = shN.isObject();
      List<String> means = names(root, "means", 2);
      List<String> rest = hasBands ? names(root, "shN", 2) : List.of("", "");
      return new SogMeta(
          count,
          root.path("antialias").asBoolean() || root.path("model").asText().equals(ANTIALIASED),
          bounds(root, "mins"),
          bounds(root, "maxs"),
          codebook(root, "scales"),
          codebook(root, "sh0"),
          hasBands ? Optional.of(bands(root)) : Optional.empty(),
          new Pictures(
              means.get(0),
              means.get(1),
              names(root, "quats", 1).get(0),
              names(root, "scales", 1).get(0),
              names(root, "sh0", 1).get(0),
              rest.get(0),
              rest.get(1)));
    }

    private Bands bands(JsonNode root) {
      JsonNode shN = root.path("shN");
      int count = integer(shN, "count", ShPalette.MAX_SIZE);
      int bands = integer(shN, "bands", 3);
      if (count == 0 || bands == 0) {
        throw broken(file, "its palette has %d centroids of %d bands".formatted(count, bands));
      }
      return new Bands(count, bands, codebook(root, "shN"));
    }

    private int integer(JsonNode parent, String name, int most) {
      JsonNode node = parent.path(name);
      if (!node.canConvertToInt()
          || !node.isIntegralNumber()
          || node.intValue() < 0
          || node.intValue() > most) {
        throw broken(
            file,
            "%s in its meta.json is %s, not a whole number from 0 to %d"
                .formatted(name, brief(node), most));
      }
      return node.intValue();
    }

    private double[] bounds(JsonNode root, String name) {
      JsonNode node = root.path("means").path(name);
      double[] bounds = new double[3];
      for (int k = 0; k < 3; k++) {
        bounds[k] =
            node.size() == 3 && node.path(k).isNumber() ? node.path(k).asDouble() : Double.NaN;
        if (!(Math.abs(bounds[k]) <= MAX_LOGARITHM)) {
          throw broken(
              file,
              "means.%s in its meta.json is %s, not three numbers from -%.0f to %.0f"
                  .formatted(name, brief(node), MAX_LOGARITHM, MAX_LOGARITHM));
        }
      }
      return bounds;
    }

    private float[] codebook(JsonNode root, String name) {
      JsonNode node = root.path(name).path("codebook");
      if (node.size() != Codebook.SIZE) {
        throw broken(
            file,
            "the codebook of %s in its meta.json has %d values, not %d"
                .formatted(name, node.size(), Codebook.SIZE));
      }
      float[] values = new float[Codebook.SIZE];
      for (int i = 0; i < values.length; i++) {
        values[i] = node.path(i).isNumber() ? node.path(i).floatValue() : Float.NaN;
        if (!Float.isFinite(values[i])) {
          throw broken(
              file,
              "value %d in the codebook of %s in its meta.json is %s, not a finite number"
                  .formatted(i, name, brief(node.path(i))));
        }
      }
      return values;
    }

    /** Names of files in the same folder. */
    private List<String> names(JsonNode root, String parent, int count) {
      JsonNode node = root.path(parent).path("files");
      if (node.size() != count) {
        throw broken(
            file,
            "%s.files in its meta.json has %d names, not %d".formatted(parent, node.size(), count));
      }
      String[] names = new String[count];
      for (int i = 0; i < count; i++) {
        names[i] = node.path(i).asText();
        if (!names[i].matches("[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}")) {
          throw broken(
              file,
              "%s.files in its meta.json has %s, which is not a file beside it"
                  .formatted(parent, brief(node.path(i))));
        }
      }
      return List.of(names);
    }

    private static String brief(JsonNode node) {
      String text = node.isMissingNode() ? "missing" : node.toString();
      return text.length() <= 60 ? text : text.substring(0, 60) + "…";
    }
  }
}
