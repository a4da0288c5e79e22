package org.splatline.gpu.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.splatline.gpu.gaussian.GaussianTransform;
import org.splatline.gpu.gaussian.Gaussians;
import org.splatline.gpu.geo.Similarity;

/**
 * Khronos' validator finds no fault in our .glb, and glTF Transform reads the same attributes in it
 * as in splat-transform's of the same model.
 */
class GltfToolsIT {
  private static final Similarity HALF_TURN_AROUND_Z =
      new Similarity(1, new double[] {0, 0, 0, 1}, new double[3]);

  @TempDir static Path folder;

  private static Path file(String name, int shDegree) {
    return folder.resolve("%s-%d".formatted(name, shDegree));
  }

  /** splat-transform turns y up by half a turn of all values around z, we by a node around x. */
  @BeforeAll
  static void convert() throws Exception {
    PublicTools tools = new PublicTools(folder);
    for (int shDegree : new int[] {0, 3}) {
      Gaussians model = PublicTools.model(200, shDegree);
      Path ours = folder.resolve("ours-%d.glb".formatted(shDegree));
      ModelFormats.write(new PlyModel(model, false), ours);
      tools.add("gltf", ours, file("ours", shDegree));
      Path turned = folder.resolve("turned-%d.ply".formatted(shDegree));
      ModelFormats.write(
          new PlyModel(GaussianTransform.apply(HALF_TURN_AROUND_Z, model), false), turned);
      Path theirs = folder.resolve("theirs-%d.glb".formatted(shDegree));
      tools.add("splat-transform", turned, theirs);
      tools.add("gltf", theirs, file("theirs", shDegree));
    }
    tools.run();
  }

  private static JsonNode read(Path file) throws IOException {
    return new ObjectMapper().readTree(file.toFile());
  }

  /** The validator does not know the extension, nor the names of its attributes. */
  @ParameterizedTest
  @ValueSource(ints = {0, 3})
  void validates(int shDegree) throws IOException {
    List<String> issues = new ArrayList<>();
    for (JsonNode issue : read(file("ours", shDegree)).at("/issues/messages")) {
      boolean isAttributeOfExtension =
          issue.path("code").asText().equals("MESH_PRIMITIVE_INVALID_ATTRIBUTE")
              && issue.path("pointer").asText().contains("/KHR_gaussian_splatting:");
      if (!isAttributeOfExtension && !issue.path("code").asText().equals("UNSUPPORTED_EXTENSION")) {
        issues.add(issue.toString());
      }
    }
    assertThat(issues).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3})
  void hasTheValuesOfSplatTransform(int shDegree) throws IOException {
    JsonNode ours = read(file("ours", shDegree));
    JsonNode theirs = read(file("theirs", shDegree));
    List<String> names = names(theirs);
    assertThat(names(ours)).containsExactlyInAnyOrderElementsOf(names).hasSizeGreaterThan(5);
    for (String name : names) {
      List<double[]> a = rows(ours, name);
      List<double[]> b = rows(theirs, name);
      assertThat(a).as(name).hasSize(200).hasSameSizeAs(b);
      boolean isRotation = name.endsWith(":ROTATION");
      for (int i = 0; i < a.size(); i++) {
        double error = name.equals("COLOR_0") ? 1.01 / 255 : 1e-5 * (1 + Math.abs(b.get(i)[0]));
        assertThat(isRotation ? unit(a.get(i)) : a.get(i))
            .as("%s of row %d", name, i)
            .containsExactly(isRotation ? unit(b.get(i)) : b.get(i), within(error));
      }
    }
    assertThat(ours.path("matrix").toString()).isEqualTo("[1,0,0,0,0,-1,0,0,0,0,-1,0,0,0,0,1]");
  }

  private static List<String> names(JsonNode glb) {
    List<String> names = new ArrayList<>();
    glb.path("attributes").fieldNames().forEachRemaining(names::add);
    return names;
  }

  private static List<double[]> rows(JsonNode glb, String name) {
    List<double[]> rows = new ArrayList<>();
    for (JsonNode row : glb.path("attributes").path(name)) {
      double[] values = new double[row.size()];
      for (int k = 0; k < values.length; k++) {
        values[k] = row.path(k).doubleValue();
      }
      rows.add(values);
    }
    return rows;
  }

  /** Of unit length, with a first component that is not negative: either sign is one rotation. */
  private static double[] unit(double[] quat) {
    double squared = 0;
    double sign = 0;
    for (double value : quat) {
      squared += value * value;
      sign = sign == 0 ? Math.signum(Math.abs(value) < 1e-5 ? 0 : value) : sign;
    }
    double[] unit = quat.clone();
    for (int k = 0; k < unit.length; k++) {
      unit[k] *= sign / Math.sqrt(squared);
    }
    return unit;
  }
}
