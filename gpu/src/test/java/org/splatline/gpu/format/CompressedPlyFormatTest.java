package org.splatline.gpu.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.splatline.gpu.verdict.Failures.assertRefused;
import static org.splatline.gpu.verdict.Verdict.UNSUPPORTED_INPUT;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.splatline.gpu.backend.TestGaussians;
import org.splatline.gpu.gaussian.Gaussians;
import org.splatline.gpu.gaussian.MortonOrder;
import org.splatline.gpu.gaussian.SphericalHarmonics;
import org.splatline.gpu.geo.GeoPosition;
import org.splatline.gpu.geo.Georeference;
import org.splatline.gpu.geo.Similarity;

class CompressedPlyFormatTest {
  private static final String BOUNDS_HEADER =
      """
      property float min_x
      property float min_y
      property float min_z
      property float max_x
      property float max_y
      property float max_z
      property float min_scale_x
      property float min_scale_y
      property float min_scale_z
      property float max_scale_x
      property float max_scale_y
      property float max_scale_z
      """;
  private static final String COLORS_HEADER =
      """
      property float min_r
      property float min_g
      property float min_b
      property float max_r
      property float max_g
      property float max_b
      """;
  private static final String WORDS_HEADER =
      """
      property uint packed_position
      property uint packed_rotation
      property uint packed_scale
      property uint packed_color
      """;

  @TempDir Path folder;

  private Path file() {
    return folder.resolve("model.compressed.ply");
  }

  private static float opacity(float logit) {
    return (float) (1 / (1 + Math.exp(-logit)));
  }

  /** Half a step of each field, over a box of side 2 and scales from 0.02 to 0.2. */
  @ParameterizedTest
  @CsvSource({
    "0, 0", "1, 0", "33, 0", "257, 0", "33, 1", "257, 1", "1, 2", "257, 2", "0, 3", "1, 3", "33, 3",
    "257, 3"
  })
  void readsWhatItWritesWithinHalfAStep(int n, int shDegree) {
    Gaussians written = TestGaussians.random(n, shDegree, 7);
    CompressedPlyFormat.write(new PlyModel(written, true), file());
    PlyModel model = PlyFormat.read(file());
    assertThat(model.antialiased()).isTrue();
    Gaussians read = model.gaussians();
    assertThat(read.shDegree()).isEqualTo(shDegree);
    assertThat(read.size()).isEqualTo(n);

    Gaussians expected = written.rows(MortonOrder.rows(written.means()));
    int width = 3 * SphericalHarmonics.count(shDegree);
    for (int i = 0; i < n; i++) {
      for (int k = 0; k < 3; k++) {
        double step = k == 1 ? 1 / 1023.0 : 1 / 2047.0;
        assertThat(read.means()[3 * i + k])
            .isCloseTo(expected.means()[3 * i + k], within((float) (0.501 * 2 * step)));
        assertThat(read.logScales()[3 * i + k])
            .isCloseTo(
                expected.logScales()[3 * i + k], within((float) (0.501 * Math.log(10) * step)));
      }
      assertThat(opacity(read.logitOpacities()[i]))
          .isCloseTo(opacity(expected.logitOpacities()[i]), within(0.51f / 255));
      for (int k = 0; k < width; k++) {
        double half = k < 3 ? 0.51 * 6.5 / 255 : 0.501 * 8 / 256; // of colours within 6.5
        assertThat(read.shCoefficients()[width * i + k])
            .isCloseTo(expected.shCoefficients()[width * i + k], within((float) half));
      }
      assertThat(Closeness.degrees(read.quats(), i, expected.quats(), i)).isLessThan(0.2);
    }
  }

  @Test
  void equalGaussiansAreExact() {
    Gaussians one = TestGaussians.random(1, 0, 3);
    Gaussians same = one.rows(new int[300]);
    CompressedPlyFormat.write(new PlyModel(same, false), file());
    Gaussians read = PlyFormat.read(file()).gaussians();
    assertThat(read.means()).containsExactly(same.means());
    assertThat(read.logScales()).containsExactly(same.logScales());
  }

  private void write(String header, ByteBuffer rows) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(header.getBytes(StandardCharsets.US_ASCII));
    bytes.write(bytesOf(rows));
    Files.write(file(), bytes.toByteArray());
  }

  private static byte[] bytesOf(ByteBuffer rows) {
    byte[] bytes = new byte[rows.capacity()];
    rows.get(0, bytes);
    return bytes;
  }

  private static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static void putFloats(ByteBuffer rows, float... values) {
    for (float value : values) {
      rows.putFloat(value);
    }
  }

  private static String header(int chunks, int n, String colors, int rest) {
    StringBuilder sh = new StringBuilder();
    for (int k = 0; k < rest; k++) {
      sh.append("property uchar f_rest_").append(k).append('\n');
    }
    return "ply\nformat binary_little_endian 1.0\ncomment made by hand\nelement chunk %d\n"
            .formatted(chunks)
        + BOUNDS_HEADER
        + colors
        + "element vertex %d\n".formatted(n)
        + WORDS_HEADER
        + (rest > 0 ? "element sh %d\n".formatted(n) + sh : "")
        + "end_header\n";
  }

  @Test
  void readsAFileMadeByHand() throws IOException {
    ByteBuffer rows = buffer(18 * 4 + 2 * 16 + 2 * 9);
    putFloats(rows, -1, -2, -3, 1, 2, 3, -5, -6, -7, -1, -2, -3, 0, 0.25f, 0.5f, 1, 0.75f, 1.5f);
    // x, y, z at their upper, lower and upper bounds
    rows.putInt(0xffe007ff);
    // y is largest; w 1023, x 0, z 512 of 1023 steps from -0.7071
    rows.putInt(2 << 30 | 1023 << 20 | 0 << 10 | 512);
    rows.putInt(0x001ff800); // scale y at its upper bound
    rows.putInt(0xff003380); // red 1, green 0, blue 0.2; opacity 128 / 255
    rows.putInt(0).putInt(0).putInt(0).putInt(0);
    rows.put(new byte[] {0, (byte) 255, (byte) 128, 1, 2, 3, 4, 5, 6});
    rows.put(new byte[9]);
    write(header(1, 2, COLORS_HEADER, 9), rows);

    Gaussians read = PlyFormat.read(file()).gaussians();
    assertThat(read.shDegree()).isEqualTo(1);
    assertThat(read.means()).containsExactly(1, -2, 3, -1, -2, -3);
    assertThat(read.logScales()).containsExactly(-5, -2, -7, -5, -6, -7);
    float half = (float) Math.sqrt(0.5);
    assertThat(Arrays.copyOf(read.quats(), 4))
        .containsExactly(
            new float[] {half, -half, 0, (float) (Math.sqrt(2) * (512 / 1023.0 - 0.5))},
            within(1e-3f));
    assertThat(Arrays.copyOfRange(read.quats(), 4, 8))
        .as("largest w is what is left: none")
        .containsExactly(new float[] {0, -half, -half, -half}, within(1e-6f));
    double c0 = 0.28209479177387814;
    assertThat(Arrays.copyOf(read.shCoefficients(), 12))
        .as("red, green, blue of each coefficient")
        .containsExactly(
            new float[] {
              (float) (0.5 / c0),
              (float) (-0.25 / c0),
              (float) (0.2 / c0),
              -4,
              sh(1),
              sh(4),
              4,
              sh(2),
              sh(5),
              sh(128),
              sh(3),
              sh(6)
            },
            within(1e-5f));
    assertThat(read.logitOpacities()[0]).isCloseTo((float) Math.log(128 / 127.0), within(1e-6f));
    assertThat(read.logitOpacities()[1]).as("opacity 0 stays finite").isLessThan(-6).isFinite();
  }

  /** The middle of bucket b of 256 from -4 to 4. */
  private static float sh(int b) {
    return (float) ((b + 0.5) / 32 - 4);
  }

  @Test
  void boundsOfColorsMayBeAbsent() throws IOException {
    ByteBuffer rows = buffer(12 * 4 + 16);
    putFloats(rows, 0, 0, 0, 1, 1, 1, 0, 0, 0, 1, 1, 1);
    rows.putInt(0).putInt(0).putInt(0).putInt(0xff008000);
    write(header(1, 1, "", 0), rows);
    double c0 = 0.28209479177387814;
    assertThat(PlyFormat.read(file()).gaussians().shCoefficients())
        .containsExactly(
            new float[] {
              (float) (0.5 / c0), (float) (-0.5 / c0), (float) ((128 / 255.0 - 0.5) / c0)
            },
            within(1e-6f));
  }

  @Test
  void writesTheseBytes() throws IOException {
    Gaussians two = Gaussians.zeros(2, 1);
    System.arraycopy(new float[] {-1, -2, -3, 1, 2, 3}, 0, two.means(), 0, 6);
    System.arraycopy(new float[] {-5, -6, -7, -1, -2, -3}, 0, two.logScales(), 0, 6);
    System.arraycopy(new float[] {0, 0, -3, 0, 1, 1, 1, 1}, 0, two.quats(), 0, 8);
    two.shCoefficients()[3] = -9; // red of the first coefficient of band 1
    two.shCoefficients()[7] = 1; // green of the second
    two.shCoefficients()[12] = 1; // red of the second Gaussian's base colour
    two.logitOpacities()[1] = Float.POSITIVE_INFINITY;
    CompressedPlyFormat.write(new PlyModel(two, false), file());

    String header =
        header(1, 2, COLORS_HEADER, 9)
            .replace("comment made by hand", "comment splatline frame model");
    ByteBuffer rows = buffer(18 * 4 + 2 * 16 + 2 * 9);
    float red = (float) (0.5 + 0.28209479177387814);
    putFloats(rows, -1, -2, -3, 1, 2, 3, -5, -6, -7, -1, -2, -3);
    putFloats(rows, 0.5f, 0.5f, 0.5f, red, 0.5f, 0.5f);
    rows.putInt(0);
    rows.putInt(2 << 30 | 512 << 20 | 512 << 10 | 512); // -y is y; 0.5 of 1023 rounds up
    rows.putInt(0);
    rows.putInt(0x00000080); // opacity 0.5
    rows.putInt(0xffffffff);
    rows.putInt(0 << 30 | 873 << 20 | 873 << 10 | 873); // (0.5 · √½ + 0.5) · 1023 = 873.2
    rows.putInt(0xffffffff);
    rows.putInt(0xff0000ff);
    byte zero = (byte) 128;
    rows.put(new byte[] {0, zero, zero, zero, (byte) 160, zero, zero, zero, zero});
    rows.put(new byte[] {zero, zero, zero, zero, zero, zero, zero, zero, zero});
    byte[] bytes = Files.readAllBytes(file());
    assertThat(new String(bytes, 0, header.length(), StandardCharsets.US_ASCII)).isEqualTo(header);
    assertThat(Arrays.copyOfRange(bytes, header.length(), bytes.length))
        .containsExactly(bytesOf(rows));
  }

  @Test
  void keepsAnEastNorthUpFrame() {
    Georeference home =
        new Georeference(
            new GeoPosition(47.37, -8.54, 410.1),
            new Similarity(3, new double[] {0.6, -0.3, 0.5, 0.4}, new double[] {30.1, -2, 6}));
    Gaussians gaussians = TestGaussians.random(1, 2, 5);
    CompressedPlyFormat.write(new PlyModel(gaussians, false, Optional.of(home)), file());
    PlyModel read = PlyFormat.read(file());
    assertThat(read.enu()).contains(home);
    assertThat(read.gaussians().means()).containsExactly(gaussians.means(), within(1e-5f));
  }

  @Test
  void refusesTruncatedFiles() throws IOException {
    CompressedPlyFormat.write(new PlyModel(TestGaussians.random(300, 1, 1), false), file());
    byte[] whole = Files.readAllBytes(file());
    for (int length = 0; length < whole.length; length += 97) {
      Files.write(file(), Arrays.copyOf(whole, length));
      assertRefused(UNSUPPORTED_INPUT, () -> PlyFormat.read(file()), "model.compressed.ply");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "element chunk 1 | element chunk 2 | 2 rows of chunk, 72 bytes each",
        "element chunk 1 | element chunk 99999999999999999 | 99999999999999999 rows of chunk",
        "element vertex 1 | element vertex 99999999999999999 | 99999999999999999 rows of vertex",
        "element vertex 1 | element vertex 0 | 0 Gaussians have 1 chunks",
        "element vertex 1 | element face 1 | its elements are chunk, face, sh",
        "element sh 1 | element sh 0 | 1 Gaussians have 0 rows of sh",
        "element sh 1 | element sh 2 | 2 rows of sh, 9 bytes each",
        "float min_x | float min_q | no property min_x of 4 bytes",
        "float min_r | uchar min_r | no property min_r of 4 bytes",
        "uint packed_scale | float packed_scale | no property packed_scale",
        "uchar f_rest_8 | uchar f_rest_9 | no property f_rest_8 of 1 bytes",
        "uchar f_rest_8 | list uchar int f_rest_8 | list properties",
      })
  void refusesOtherHeaders(String from, String to, String words) throws IOException {
    CompressedPlyFormat.write(new PlyModel(TestGaussians.random(1, 1, 1), false), file());
    String text = Files.readString(file(), StandardCharsets.ISO_8859_1);
    assertThat(text).contains(from);
    Files.writeString(file(), text.replace(from, to), StandardCharsets.ISO_8859_1);
    assertRefused(UNSUPPORTED_INPUT, () -> PlyFormat.read(file()), words);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 8, 10, 46})
  void refusesNumbersOfCoefficientsThatMatchNoDegree(int rest) throws IOException {
    write(header(1, 1, COLORS_HEADER, rest), buffer(18 * 4 + 16 + rest));
    assertRefused(UNSUPPORTED_INPUT, () -> PlyFormat.read(file()), rest + " properties of sh");
  }
}
