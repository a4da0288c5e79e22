package org.splatline.gpu.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.splatline.gpu.backend.TestGaussians;
import org.splatline.gpu.gaussian.Gaussians;
import org.splatline.gpu.gaussian.SphericalHarmonics;
import org.splatline.gpu.geo.GeoPosition;
import org.splatline.gpu.geo.Georeference;
import org.splatline.gpu.geo.Similarity;

/** Reads .glb files by the rules of glTF 2.0 and KHR_gaussian_splatting. */
class GlbFormatTest {
  private static final String KHR = "KHR_gaussian_splatting";
  private static final Map<String, Integer> COMPONENTS = Map.of("SCALAR", 1, "VEC3", 3, "VEC4", 4);

  @TempDir Path folder;

  /** A file's JSON and the floats of its attributes. */
  private record Glb(JsonNode json, ByteBuffer binary) {
    JsonNode primitive() {
      return json.at("/meshes/0/primitives/0");
    }

    JsonNode accessor(String attribute) {
      assertThat(primitive().path("attributes").has(attribute)).as(attribute).isTrue();
      return json.at("/accessors/" + primitive().path("attributes").path(attribute).intValue());
    }

    float[] floats(String attribute) {
      JsonNode accessor = accessor(attribute);
      JsonNode view = json.at("/bufferViews/" + accessor.path("bufferView").intValue());
      assertThat(accessor.path("componentType").intValue()).as(attribute).isEqualTo(5126);
      float[] values =
          new float
              [accessor.path("count").intValue() * COMPONENTS.get(accessor.path("type").asText())];
      assertThat(view.path("byteLength").intValue()).isEqualTo(4 * values.length);
      for (int i = 0; i < values.length; i++) {
        values[i] = binary.getFloat(view.path("byteOffset").intValue() + 4 * i);
      }
      return values;
    }
  }

  private Glb write(PlyModel model) throws IOException {
    Path file = folder.resolve("model.glb");
    GlbFormat.write(model, file);
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(bytes.getInt()).as("magic").isEqualTo(0x46546c67);
    assertThat(bytes.getInt()).as("version").isEqualTo(2);
    assertThat(bytes.getInt()).as("length").isEqualTo(bytes.capacity());
    byte[] json = new byte[bytes.getInt()];
    assertThat(json.length % 4).as("chunks are aligned").isZero();
    assertThat(bytes.getInt()).as("first chunk").isEqualTo(0x4e4f534a);
    bytes.get(json);
    JsonNode tree = new ObjectMapper().readTree(new String(json, StandardCharsets.UTF_8));
    if (!bytes.hasRemaining()) {
      return new Glb(tree, ByteBuffer.allocate(0));
    }
    int length = bytes.getInt();
    assertThat(bytes.getInt()).as("second chunk").isEqualTo(0x004e4942);
    assertThat(length % 4).isZero();
    assertThat(length).as("it is the last chunk").isEqualTo(bytes.remaining());
    assertThat(tree.at("/buffers/0/byteLength").intValue()).isEqualTo(length);
    return new Glb(tree, bytes.slice().order(ByteOrder.LITTLE_ENDIAN));
  }

  @ParameterizedTest
  @CsvSource({"1, 0", "33, 1", "33, 2", "257, 3"})
  void holdsEachFamily(int n, int shDegree) throws IOException {
    Gaussians gaussians = TestGaussians.random(n, shDegree, 4);
    Glb glb = write(new PlyModel(gaussians, false));
    checkStructure(glb, n, shDegree);
    assertThat(glb.floats("POSITION")).containsExactly(gaussians.means());
    float[] scales = glb.floats(KHR + ":SCALE");
    float[] opacities = glb.floats(KHR + ":OPACITY");
    float[] rotations = glb.floats(KHR + ":ROTATION");
    for (int i = 0; i < n; i++) {
      for (int k = 0; k < 3; k++) {
        assertThat(scales[3 * i + k])
            .isCloseTo((float) Math.exp(gaussians.logScales()[3 * i + k]), within(1e-6f));
      }
      assertThat(opacities[i])
          .isCloseTo((float) (1 / (1 + Math.exp(-gaussians.logitOpacities()[i]))), within(1e-6f));
      double squared = 0;
      for (int k = 0; k < 4; k++) {
        squared += (double) rotations[4 * i + k] * rotations[4 * i + k];
      }
      assertThat(squared).as("unit length").isCloseTo(1, within(1e-6));
      double length = Math.sqrt(sumOfSquares(gaussians.quats(), i));
      assertThat(rotations[4 * i + 3])
          .as("w is last")
          .isCloseTo((float) (gaussians.quats()[4 * i] / length), within(1e-6f));
      assertThat(rotations[4 * i])
          .as("x")
          .isCloseTo((float) (gaussians.quats()[4 * i + 1] / length), within(1e-6f));
      assertThat(rotations[4 * i + 2])
          .as("z")
          .isCloseTo((float) (gaussians.quats()[4 * i + 3] / length), within(1e-6f));
    }
    int count = SphericalHarmonics.count(shDegree);
    for (int degree = 0; degree <= shDegree; degree++) {
      for (int c = 0; c <= 2 * degree; c++) {
        float[] values = glb.floats("%s:SH_DEGREE_%d_COEF_%d".formatted(KHR, degree, c));
        for (int i = 0; i < n; i++) {
          for (int channel = 0; channel < 3; channel++) {
            assertThat(values[3 * i + channel])
                .isEqualTo(
                    gaussians.shCoefficients()[3 * (count * i + degree * degree + c) + channel]);
          }
        }
      }
    }
  }

  private static double sumOfSquares(float[] quats, int i) {
    double sum = 0;
    for (int k = 0; k < 4; k++) {
      sum += (double) quats[4 * i + k] * quats[4 * i + k];
    }
    return sum;
  }

  private static void checkStructure(Glb glb, int n, int shDegree) {
    JsonNode json = glb.json();
    assertThat(json.at("/asset/version").asText()).isEqualTo("2.0");
    assertThat(json.at("/extensionsUsed/0").asText()).isEqualTo(KHR);
    assertThat(json.at("/scenes/0/nodes/0").intValue()).isZero();
    assertThat(json.at("/nodes/0/mesh").intValue()).isZero();
    assertThat(glb.primitive().path("mode").intValue()).as("POINTS").isZero();
    JsonNode extension = glb.primitive().at("/extensions/" + KHR);
    assertThat(extension.path("kernel").asText()).isEqualTo("ellipse");
    assertThat(extension.path("colorSpace").asText()).isEqualTo("srgb_rec709_display");
    assertThat(glb.primitive().path("attributes")).hasSize(5 + SphericalHarmonics.count(shDegree));
    assertThat(json.path("accessors")).hasSameSizeAs(json.path("bufferViews"));
    long end = 0;
    for (JsonNode view : json.path("bufferViews")) {
      assertThat(view.path("byteOffset").longValue()).as("no gaps").isEqualTo(end);
      assertThat(end % 4).as("aligned").isZero();
      end += view.path("byteLength").longValue();
      assertThat(view.path("target").intValue()).isEqualTo(34962);
    }
    assertThat(end).isEqualTo(json.at("/buffers/0/byteLength").longValue());
    json.path("accessors")
        .forEach(accessor -> assertThat(accessor.path("count").intValue()).isEqualTo(n));
    JsonNode color = glb.accessor("COLOR_0");
    assertThat(color.path("componentType").intValue()).isEqualTo(5121);
    assertThat(color.path("normalized").booleanValue()).isTrue();
    float[] means = glb.floats("POSITION");
    for (int k = 0; k < 3; k++) {
      float low = means[k];
      float high = means[k];
      for (int i = k; i < means.length; i += 3) {
        low = Math.min(low, means[i]);
        high = Math.max(high, means[i]);
      }
      JsonNode position = glb.accessor("POSITION");
      assertThat((float) position.path("min").path(k).doubleValue()).isEqualTo(low);
      assertThat((float) position.path("max").path(k).doubleValue()).isEqualTo(high);
    }
  }

  /** glTF allows no empty arrays and no accessors without elements. */
  @Test
  void withoutGaussiansItIsAnEmptyScene() throws IOException {
    Glb glb = write(new PlyModel(Gaussians.zeros(0, 2), false));
    assertThat(glb.json().toString())
        .isEqualTo(
            "{\"asset\":{\"version\":\"2.0\",\"generator\":\"Splatline\"},\"scene\":0,\"scenes\":[{}]}");
    assertThat(glb.binary().capacity()).isZero();
  }

  /** Down and forward, or up of an earth frame, in the y-up space of glTF. */
  @Test
  void itsNodeTurnsUpToY() throws IOException {
    Gaussians gaussians = TestGaussians.random(3, 0, 4);
    Glb model = write(new PlyModel(gaussians, false));
    assertThat(turned(model, new double[] {0, -1, 0}))
        .containsExactly(new double[] {0, 1, 0}, within(1e-12));
    assertThat(turned(model, new double[] {0, 0, 1}))
        .containsExactly(new double[] {0, 0, -1}, within(1e-12));
    Similarity toEnu =
        new Similarity(2, new double[] {0.6, -0.3, 0.5, 0.4}, new double[] {3, -2, 6});
    Georeference home = new Georeference(new GeoPosition(47, 8, 400), toEnu);
    Glb enu = write(new PlyModel(gaussians, false, Optional.of(home)));
    assertThat(turned(enu, new double[] {0, 0, 1}))
        .containsExactly(new double[] {0, 1, 0}, within(1e-12));
    assertThat(turned(enu, new double[] {1, 0, 0}))
        .containsExactly(new double[] {1, 0, 0}, within(1e-12));
    double[] mean = {gaussians.means()[0], gaussians.means()[1], gaussians.means()[2]};
    assertThat(enu.floats("POSITION")[1]).isCloseTo((float) toEnu.apply(mean)[1], within(1e-5f));
  }

  private static double[] turned(Glb glb, double[] vector) {
    JsonNode q = glb.json().at("/nodes/0/rotation"); // xyzw
    double[] wxyz = {
      q.path(3).doubleValue(),
      q.path(0).doubleValue(),
      q.path(1).doubleValue(),
      q.path(2).doubleValue()
    };
    return new Similarity(1, wxyz, new double[3]).rotate(vector);
  }

  @Test
  void extremesStayWithinTheRulesOfGltf() throws IOException {
    Gaussians one = Gaussians.zeros(1, 0); // its quaternion has no length
    one.logScales()[0] = 200;
    one.logScales()[1] = -200;
    one.logitOpacities()[0] = Float.POSITIVE_INFINITY;
    Glb glb = write(new PlyModel(one, false));
    assertThat(glb.floats(KHR + ":SCALE")).containsExactly(Float.MAX_VALUE, 0, 1);
    assertThat(glb.floats(KHR + ":OPACITY")).containsExactly(1);
    assertThat(glb.floats(KHR + ":ROTATION")).containsExactly(0, 0, 0, 1);
  }
}
