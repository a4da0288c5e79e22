package org.splatline.gpu.format;

import static org.splatline.gpu.Checks.checkArgument;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.splatline.gpu.gaussian.Gaussians;
import org.splatline.gpu.gaussian.SphericalHarmonics;
import org.splatline.gpu.io.AtomicFile;

/**
 * Writes a {@code .glb}, glTF 2.0 in one binary file, with {@code KHR_gaussian_splatting} (release
 * candidate of 2026): a primitive of points with floats for position, rotation xyzw, scale (not its
 * logarithm), opacity after the sigmoid and SH coefficients, and base colours for viewers that show
 * points only. Nothing is compressed. glTF's y axis is up: the node that holds the points turns
 * them there, so that their numbers stay as they are.
 */
public final class GlbFormat {
  private static final String EXTENSION = "KHR_gaussian_splatting";
  private static final int MAGIC = 0x46546c67; // "glTF"
  private static final int JSON_CHUNK = 0x4e4f534a;
  private static final int BINARY_CHUNK = 0x004e4942;
  private static final int FLOAT = 5126;
  private static final int UNSIGNED_BYTE = 5121;
  private static final int ARRAY_BUFFER = 34962;
  private static final long MAX_BYTES = 0xffffffffL; // lengths are unsigned 32-bit numbers
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** Half a turn around x: from y down, z forward to y up, z backward. */
  private static final double[] FROM_CAMERA_AXES = {1, 0, 0, 0}; // xyzw

  /** A quarter turn around x: from z up to y up. */
  private static final double[] FROM_Z_UP = {-Math.sqrt(0.5), 0, 0, Math.sqrt(0.5)}; // xyzw

  /** Puts one Gaussian's value of an attribute. */
  @FunctionalInterface
  private interface Value {
    void put(int i, ByteBuffer row);
  }

  /** One attribute of all points; its values follow each other. */
  private record Attribute(String name, String type, int component, int bytes, Value value) {}

  private final Gaussians gaussians;
  private final boolean isZUp;
  private final List<Attribute> attributes = new ArrayList<>();

  private GlbFormat(PlyModel model) {
    this.gaussians = model.inFileFrame();
    this.isZUp = model.enu().isPresent();
    attributes.add(floats("POSITION", "VEC3", 3, this::putPosition));
    attributes.add(new Attribute("COLOR_0", "VEC4", UNSIGNED_BYTE, 4, this::putColor));
    attributes.add(floats(EXTENSION + ":ROTATION", "VEC4", 4, this::putRotation));
    attributes.add(floats(EXTENSION + ":SCALE", "VEC3", 3, this::putScale));
    attributes.add(floats(EXTENSION + ":OPACITY", "SCALAR", 1, this::putOpacity));
    for (int degree = 0; degree <= gaussians.shDegree(); degree++) {
      for (int c = 0; c <= 2 * degree; c++) {
        int k = degree * degree + c;
        String name = "%s:SH_DEGREE_%d_COEF_%d".formatted(EXTENSION, degree, c);
        attributes.add(floats(name, "VEC3", 3, (i, row) -> putCoefficient(i, k, row)));
      }
    }
  }

  private static Attribute floats(String name, String type, int count, Value value) {
    return new Attribute(name, type, FLOAT, Float.BYTES * count, value);
  }

  /**
   * Writes the whole file or nothing; see {@link AtomicFile}. The model's {@link PlyModel#enu}
   * decides the frame of the points.
   *
   * @throws IllegalArgumentException if the file would exceed 4 GiB, glTF's limit
   */
  public static void write(PlyModel model, Path file) {
    GlbFormat glb = new GlbFormat(model);
    byte[] json = glb.json();
    long binary = glb.bytes();
    long total = 12 + 8 + json.length + (binary > 0 ? 8 + binary : 0);
    checkArgument(
        total <= MAX_BYTES,
        "Cannot write %s: a .glb of %s Gaussians would have %s bytes, above its limit of 4 GiB."
            + " Keep fewer Gaussians or SH bands, or use another format.",
        file,
        model.gaussians().size(),
        total);
    try {
      AtomicFile.write(file, out -> glb.write(json, binary, total, out));
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Cannot write %s: %s. Use a folder that can be written to.".formatted(file, e), e);
    }
  }

  /** Bytes of all attributes; a multiple of 4. */
  private long bytes() {
    return attributes.stream().mapToLong(attribute -> bytes(attribute)).sum();
  }

  private long bytes(Attribute attribute) {
    return (long) attribute.bytes() * gaussians.size();
  }

  private void write(byte[] json, long binary, long total, OutputStream out) throws IOException {
    out.write(words(MAGIC, 2, (int) total, json.length, JSON_CHUNK));
    out.write(json);
    if (binary == 0) {
      return;
    }
    out.write(words((int) binary, BINARY_CHUNK));
    for (Attribute attribute : attributes) {
      byte[] row = new byte[attribute.bytes()];
      ByteBuffer numbers = littleEndian(row);
      for (int i = 0; i < gaussians.size(); i++) {
        attribute.value().put(i, numbers.clear());
        out.write(row);
      }
    }
  }

  private static ByteBuffer littleEndian(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static byte[] words(int... values) {
    byte[] words = new byte[Integer.BYTES * values.length];
    Arrays.stream(values).forEach(littleEndian(words)::putInt);
    return words;
  }

  /** Padded with blanks to a multiple of 4 bytes. */
  private byte[] json() {
    String text = tree().toString();
    byte[] json = text.getBytes(StandardCharsets.UTF_8);
    return (text + " ".repeat(-json.length & 3)).getBytes(StandardCharsets.UTF_8);
  }

  /** Without Gaussians the scene is empty, because glTF allows no empty arrays. */
  private ObjectNode tree() {
    ObjectNode json = MAPPER.createObjectNode();
    json.putObject("asset").put("version", "2.0").put("generator", "Splatline");
    json.put("scene", 0);
    ObjectNode scene = json.putArray("scenes").addObject();
    if (gaussians.size() == 0) {
      return json;
    }
    json.putArray("extensionsUsed").add(EXTENSION);
    scene.putArray("nodes").add(0);
    ObjectNode node = json.putArray("nodes").addObject().put("mesh", 0);
    ArrayNode rotation = node.putArray("rotation");
    Arrays.stream(isZUp ? FROM_Z_UP : FROM_CAMERA_AXES).forEach(rotation::add);
    putMesh(json.putArray("meshes").addObject());
    json.putArray("buffers").addObject().put("byteLength", bytes());
    ArrayNode views = json.putArray("bufferViews");
    ArrayNode accessors = json.putArray("accessors");
    long offset = 0;
    for (Attribute attribute : attributes) {
      putAccessor(attribute, views.size(), accessors.addObject());
      views
          .addObject()
          .put("buffer", 0)
          .put("byteOffset", offset)
          .put("byteLength", bytes(attribute))
          .put("target", ARRAY_BUFFER);
      offset += bytes(attribute);
    }
    return json;
  }

  private void putMesh(ObjectNode mesh) {
    ObjectNode primitive = mesh.putArray("primitives").addObject().put("mode", 0); // POINTS
    ObjectNode indices = primitive.putObject("attributes");
    for (int a = 0; a < attributes.size(); a++) {
      indices.put(attributes.get(a).name(), a);
    }
    primitive
        .putObject("extensions")
        .putObject(EXTENSION)
        .put("kernel", "ellipse")
        .put("colorSpace", "srgb_rec709_display")
        .put("projection", "perspective")
        .put("sortingMethod", "cameraDistance");
  }

  private void putAccessor(Attribute attribute, int view, ObjectNode accessor) {
    accessor
        .put("bufferView", view)
        .put("componentType", attribute.component())
        .put("count", gaussians.size())
        .put("type", attribute.type());
    if (attribute.component() == UNSIGNED_BYTE) {
      accessor.put("normalized", true);
    }
    if (attribute.name().equals("POSITION")) { // glTF needs its bounds
      ArrayNode low = accessor.putArray("min");
      ArrayNode high = accessor.putArray("max");
      for (int k = 0; k < 3; k++) {
        float min = Float.POSITIVE_INFINITY;
        float max = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < gaussians.size(); i++) {
          min = Math.min(min, gaussians.means()[3 * i + k]);
          max = Math.max(max, gaussians.means()[3 * i + k]);
        }
        low.add(min);
        high.add(max);
      }
    }
  }

  private void putPosition(int i, ByteBuffer row) {
    for (int k = 0; k < 3; k++) {
      row.putFloat(gaussians.means()[3 * i + k]);
    }
  }

  private void putColor(int i, ByteBuffer row) {
    int first = 3 * SphericalHarmonics.count(gaussians.shDegree()) * i;
    for (int k = 0; k < 3; k++) {
      double color = Quantisation.color(gaussians.shCoefficients()[first + k]);
      row.put((byte) Quantisation.toSteps(color, 8));
    }
    row.put((byte) Quantisation.toSteps(opacity(i), 8));
  }

  private void putRotation(int i, ByteBuffer row) {
    double[] wxyz = new double[4];
    Quantisation.unitQuat(gaussians.quats(), i, wxyz);
    for (int k = 1; k <= 4; k++) {
      row.putFloat((float) wxyz[k % 4]);
    }
  }

  private void putScale(int i, ByteBuffer row) {
    for (int k = 0; k < 3; k++) {
      row.putFloat((float) Math.min(Float.MAX_VALUE, Math.exp(gaussians.logScales()[3 * i + k])));
    }
  }

  private void putOpacity(int i, ByteBuffer row) {
    row.putFloat((float) opacity(i));
  }

  private double opacity(int i) {
    return Quantisation.sigmoid(gaussians.logitOpacities()[i]);
  }

  private void putCoefficient(int i, int k, ByteBuffer row) {
    int first = 3 * (SphericalHarmonics.count(gaussians.shDegree()) * i + k);
    for (int channel = 0; channel < 3; channel++) {
      row.putFloat(gaussians.shCoefficients()[first + channel]);
    }
  }
}
