package org.splatline.gpu.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.splatline.gpu.sift.CpuFeatureExtractor;
import org.splatline.gpu.sift.FeatureList;
import org.splatline.gpu.sift.Features;
import org.splatline.gpu.sift.GreyPicture;
import org.splatline.gpu.sift.SiftRule;
import org.splatline.gpu.sift.TestGreys;

/**
 * The kernels of sift.cu and describe.cu, compiled for the host by a C++ compiler, find the same
 * bytes as Java.
 */
class SiftKernelsTest {
  private static final Path KERNELS = Path.of("..", "kernels");

  @TempDir static Path folder;

  @BeforeAll
  static void compile() throws Exception {
    try {
      new ProcessBuilder("g++", "--version").redirectErrorStream(true).start().waitFor();
    } catch (IOException e) {
      abort("skipped: there is no g++");
    }
    run(
        List.of(
            "g++",
            "-std=c++17",
            "-O2",
            "-ffp-contract=off",
            "-I",
            KERNELS.resolve("include").toString(),
            "-o",
            folder.resolve("sift").toString(),
            KERNELS.resolve("emulate").resolve("sift.cpp").toString()),
        Path.of("/dev/null"),
        folder.resolve("compiled"));
  }

  private static void run(List<String> command, Path in, Path out) throws Exception {
    Path errors = folder.resolve("errors");
    Process process =
        new ProcessBuilder(command)
            .redirectInput(in.toFile())
            .redirectOutput(out.toFile())
            .redirectError(errors.toFile())
            .start();
    assertThat(process.waitFor()).as("%s", Files.readString(errors)).isZero();
  }

  @ParameterizedTest(name = "{0} x {1}")
  @CsvSource({"2, 2", "15, 15", "64, 32", "65, 33", "131, 70", "20, 190"})
  void findWhatJavaFinds(int width, int height) throws Exception {
    for (GreyPicture picture :
        List.of(TestGreys.leaves(width, height, 21), TestGreys.noise(width, height, 22))) {
      Features expected = new CpuFeatureExtractor().extract(picture, Integer.MAX_VALUE);
      Features found = ofKernels(picture);
      assertThat(found.size()).isEqualTo(expected.size());
      assertThat(found.keypoints()).isEqualTo(expected.keypoints());
      assertThat(found.descriptors()).isEqualTo(expected.descriptors());
    }
  }

  private static Features ofKernels(GreyPicture picture) throws Exception {
    Path in = folder.resolve("in");
    Path out = folder.resolve("out");
    Files.write(in, input(picture));
    run(List.of(folder.resolve("sift").toString()), in, out);
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(out)).order(ByteOrder.nativeOrder());
    float[][] keypoints = new float[bytes.getInt()][4];
    for (float[] keypoint : keypoints) {
      for (int k = 0; k < keypoint.length; k++) {
        keypoint[k] = bytes.getFloat();
      }
    }
    float[] orientations = new float[SiftRule.ORIENTATIONS * keypoints.length];
    for (int slot = 0; slot < orientations.length; slot++) {
      orientations[slot] = bytes.getFloat();
    }
    byte[] descriptors = new byte[Features.DESCRIPTOR * orientations.length];
    bytes.get(descriptors);
    FeatureList features = new FeatureList();
    for (int slot = 0; slot < orientations.length; slot++) {
      float[] keypoint = keypoints[slot / SiftRule.ORIENTATIONS];
      if (orientations[slot] >= 0) {
        features.add(
            (int) keypoint[3] / SiftRule.STEPS,
            keypoint[0],
            keypoint[1],
            keypoint[2],
            orientations[slot],
            descriptors,
            Features.DESCRIPTOR * slot);
      }
    }
    return features.features();
  }

  private static byte[] input(GreyPicture picture) {
    int window = Integer.BYTES + Float.BYTES * (SiftRule.MAX_RADIUS + 1);
    ByteBuffer bytes =
        ByteBuffer.allocate(3 * Integer.BYTES + SiftRule.LEVELS * window + picture.luma().length)
            .order(ByteOrder.nativeOrder());
    bytes.putInt(picture.width()).putInt(picture.height());
    bytes.putInt(SiftRule.octaves(picture.width(), picture.height()));
    for (int level = 0; level < SiftRule.LEVELS; level++) {
      float[] weights = SiftRule.window(level);
      bytes.putInt(weights.length - 1);
      for (float weight : Arrays.copyOf(weights, SiftRule.MAX_RADIUS + 1)) {
        bytes.putFloat(weight);
      }
    }
    return bytes.put(picture.luma()).array();
  }
}
