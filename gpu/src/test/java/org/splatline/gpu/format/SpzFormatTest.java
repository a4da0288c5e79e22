package org.splatline.gpu.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.splatline.gpu.format.SpzBytes.gunzip;
import static org.splatline.gpu.format.SpzBytes.gzip;
import static org.splatline.gpu.format.SpzBytes.hex;
import static org.splatline.gpu.format.SpzBytes.join;
import static org.splatline.gpu.format.SpzFormat.Version.V3;
import static org.splatline.gpu.verdict.Failures.assertRefused;
import static org.splatline.gpu.verdict.Verdict.UNSUPPORTED_INPUT;

import com.github.luben.zstd.Zstd;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.splatline.gpu.gaussian.GaussianTransform;
import org.splatline.gpu.gaussian.Gaussians;
import org.splatline.gpu.gaussian.MortonOrder;
import org.splatline.gpu.gaussian.ParameterFamily;
import org.splatline.gpu.gaussian.SphericalHarmonics;
import org.splatline.gpu.geo.GeoPosition;
import org.splatline.gpu.geo.Georeference;
import org.splatline.gpu.geo.Similarity;

class SpzFormatTest {
  private static final long SEED = 12;

  @TempDir Path folder;

  private Path file() {
    return folder.resolve("model.spz");
  }

  /** Within what the format can hold. */
  static Gaussians random(int n, int shDegree, double bandDeviation) {
    Gaussians gaussians = Gaussians.zeros(n, shDegree);
    Random random = new Random(SEED);
    fill(gaussians.means(), () -> 3 * random.nextGaussian());
    fill(gaussians.quats(), random::nextGaussian);
    fill(gaussians.logScales(), () -> -4 + random.nextGaussian());
    fill(gaussians.logitOpacities(), () -> 2 * random.nextGaussian());
    fill(gaussians.shCoefficients(), () -> bandDeviation * random.nextGaussian());
    return gaussians;
  }

  private interface Numbers {
    double next();
  }

  private static void fill(float[] values, Numbers numbers) {
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) Math.max(-9, Math.min(9, numbers.next()));
    }
  }

  private PlyModel read(byte[] bytes) throws IOException {
    Files.write(file(), bytes);
    return SpzFormat.read(file());
  }

  // Files by hand

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4})
  void readsFilesMadeByHand(int version) throws IOException {
    PlyModel model = read(version == 4 ? SpzBytes.v4() : gzip(SpzBytes.plain(version)));
    assertThat(model.antialiased()).isTrue();
    assertThat(model.enu()).isEmpty();
    Gaussians gaussians = model.gaussians();
    assertThat(gaussians.means()).containsExactly(1, -2, 0.5f);
    assertThat(gaussians.logitOpacities()[0])
        .isCloseTo((float) Math.log(186.0 / 69), within(1e-6f));
    assertThat(gaussians.logScales()).containsExactly(-4, -3.5f, -2);
    float[] quat =
        version == 2
            ? new float[] {0, -1 / 255f, -1, 1}
            : new float[] {
              (float) Math.sqrt(1 - 434.0 * 434 / (511 * 511 * 2)),
              0,
              (float) (-434 / (511 * Math.sqrt(2))),
              0
            };
    assertThat(gaussians.quats()).containsExactly(quat, within(1e-6f));
    float[] sh = gaussians.shCoefficients();
    assertThat(Arrays.copyOf(sh, 3))
        .containsExactly(
            new float[] {39 / 76.5f, -77 / 76.5f, 153 / 76.5f}, within(1e-5f)); // 0.15 · 255 · 2
    assertThat(Arrays.copyOfRange(sh, 3, 12))
        .containsExactly(0.5f, -0.5f, 0.25f, 0, 0, 0, -0.25f, 0.5f, -0.5f);
  }

  private static PlyModel byHand() {
    return new PlyModel(
        new Gaussians(
            new float[] {1, -2, 0.5f},
            new float[] {-8, 0, 6, 0}, // negative w, not of unit length
            new float[] {-4, -3.5f, -2},
            new float[] {1},
            new float[] {0.5f, -1, 2, 0.5f, -0.5f, 0.25f, 0, 0, 0, -0.25f, 0.5f, -0.5f},
            1),
        true);
  }

  @Test
  void writesVersion3ByteForByte() throws IOException {
    SpzFormat.write(byHand(), file(), V3);
    assertThat(gunzip(Files.readAllBytes(file()))).isEqualTo(SpzBytes.plain(3));
  }

  @Test
  void writesVersion4ByteForByte() throws IOException {
    SpzFormat.write(byHand(), file());
    byte[] bytes = Files.readAllBytes(file());
    assertThat(bytes)
        .startsWith(
            hex("4e475350 04000000 01000000 01 0a 01 06 20000000 000000000000000000000000"));
    ByteBuffer table = ByteBuffer.wrap(bytes, 32, 96).order(ByteOrder.LITTLE_ENDIAN);
    int at = 128;
    for (String array :
        List.of(
            SpzBytes.POSITIONS,
            SpzBytes.ALPHAS,
            SpzBytes.COLOURS,
            SpzBytes.SCALES,
            SpzBytes.ROTATIONS,
            SpzBytes.BANDS)) {
      int zipped = (int) table.getLong();
      int length = (int) table.getLong();
      byte[] frame = Arrays.copyOfRange(bytes, at, at + zipped);
      assertThat(Zstd.decompress(frame, length)).isEqualTo(hex(array));
      assertThat(frame[4] & 0xe0).isNotZero(); // names its size, as some readers need
      at += zipped;
    }
    assertThat(bytes).hasSize(at);
  }

  @Test
  void leavesOutEmptyStreams() throws IOException {
    SpzFormat.write(new PlyModel(random(3, 0, 0), false), file());
    assertThat(Files.readAllBytes(file())[15]).isEqualTo((byte) 5);
    SpzFormat.write(new PlyModel(random(0, 3, 0), false), file());
    assertThat(Files.readAllBytes(file())).hasSize(32);
  }

  // Round trips

  @ParameterizedTest
  @CsvSource({"V3, 0", "V3, 1", "V3, 2", "V3, 3", "V4, 0", "V4, 1", "V4, 2", "V4, 3"})
  void isWrongByHalfAStepAtMost(SpzFormat.Version version, int shDegree) {
    for (int n : new int[] {0, 1, 33, 257}) {
      for (boolean antialiased : new boolean[] {false, true}) {
        Gaussians written = random(n, shDegree, 0.1);
        SpzFormat.write(new PlyModel(written, antialiased), file(), version);
        PlyModel read = SpzFormat.read(file());
        assertThat(read.antialiased()).isEqualTo(antialiased);
        assertWithinSteps(read.gaussians(), written);
      }
    }
  }

  private static void assertWithinSteps(Gaussians read, Gaussians model) {
    int[] rows = Closeness.nearest(model, read);
    Gaussians written = model.rows(rows);
    SpzPrecision precision = precision(model, 30);
    assertThat(read.size()).isEqualTo(written.size());
    assertThat(read.shDegree()).isEqualTo(written.shDegree());
    float rounding = 1e-6f;
    assertThat(read.logScales()).containsExactly(written.logScales(), within(1 / 32f + rounding));
    int width = 3 * SphericalHarmonics.count(read.shDegree());
    for (int i = 0; i < read.size(); i++) {
      int row = rows[i];
      float position = Math.scalb(0.5f, -precision.fractionalBits()) * precision.positionStep(row);
      assertThat(Arrays.copyOfRange(read.means(), 3 * i, 3 * i + 3))
          .containsExactly(
              Arrays.copyOfRange(written.means(), 3 * i, 3 * i + 3), within(position + rounding));
      assertThat(sigmoid(read.logitOpacities()[i]))
          .isCloseTo(sigmoid(written.logitOpacities()[i]), within(0.5 / 255 + rounding));
      assertThat(Closeness.degrees(read.quats(), i, written.quats(), i))
          .isLessThan(ROTATION_DEGREES * precision.rotationStep(row));
      for (int j = 0; j < width; j++) {
        double step = j < 3 ? 1 / (0.15 * 255) : 2.0 / (1 << precision.bandBits(row));
        assertThat((double) read.shCoefficients()[width * i + j])
            .isCloseTo(written.shCoefficients()[width * i + j], within(step / 2 + rounding));
      }
    }
  }

  private static SpzPrecision precision(Gaussians gaussians, double psnr) {
    return SpzPrecision.of(gaussians, psnr, ModelRounding.USUAL_LOSS).orElseThrow();
  }

  /** Three components, each wrong by half of √½ / 511; the angle is twice that of quaternions. */
  private static final double ROTATION_DEGREES =
      Math.toDegrees(2 * Math.sqrt(3) * Math.sqrt(0.5) / 511);

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  /** With rotations whose components are nearly equal, and steps that are chosen anew. */
  @ParameterizedTest
  @ValueSource(ints = {0, 3})
  void keepsTheNumbersOfAFileThatIsWrittenAgain(int shDegree) {
    for (Gaussians written : List.of(random(2000, shDegree, 0.05), nearTies(2000, shDegree))) {
      SpzFormat.write(new PlyModel(written, true), file(), V3);
      Gaussians first = SpzFormat.read(file()).gaussians();
      Path v4 = folder.resolve("v4.spz");
      SpzFormat.write(SpzFormat.read(file()), v4);
      SpzFormat.write(SpzFormat.read(v4), file(), V3);
      Gaussians again = SpzFormat.read(file()).gaussians();
      for (ParameterFamily family : ParameterFamily.values()) {
        assertThat(again.array(family)).containsExactly(first.array(family));
      }
    }
  }

  private static Gaussians nearTies(int n, int shDegree) {
    Gaussians gaussians = random(n, shDegree, 0.3);
    Random random = new Random(SEED);
    for (int i = 0; i < 4 * n; i++) {
      double size = random.nextInt(4) == 0 ? 0 : 1 + 0.002 * random.nextGaussian();
      gaussians.quats()[i] = (float) (random.nextBoolean() ? size : -size);
    }
    return gaussians;
  }

  @Test
  void keepsOpacitiesAndScalesBeyondTheFormatFinite() {
    Gaussians gaussians = random(2, 0, 0.1);
    gaussians.logitOpacities()[0] = 50;
    gaussians.logitOpacities()[1] = -50;
    Arrays.fill(gaussians.logScales(), 0, 3, 30);
    Arrays.fill(gaussians.logScales(), 3, 6, -30);
    Arrays.fill(gaussians.quats(), 0); // no length: no rotation
    SpzFormat.write(new PlyModel(gaussians, false), file());
    Gaussians read = SpzFormat.read(file()).gaussians();
    int first = MortonOrder.rows(gaussians.means())[0] == 0 ? 0 : 1;
    assertThat(sigmoid(read.logitOpacities()[first])).isBetween(0.998, 0.9999);
    assertThat(sigmoid(read.logitOpacities()[1 - first])).isBetween(0.0001, 0.002);
    assertThat(read.logScales()[3 * first]).isEqualTo(255 / 16f - 10);
    assertThat(read.logScales()[3 * (1 - first)]).isEqualTo(-10);
    assertThat(read.quats()).containsExactly(1, 0, 0, 0, 1, 0, 0, 0);
  }

  @Test
  void writesTheFrameThatTheModelAsksFor() {
    Gaussians gaussians = random(33, 1, 0.1);
    Similarity toEnu = new Similarity(2, new double[] {0.6, 0, 0.8, 0}, new double[] {5, -3, 1});
    Georeference enu = new Georeference(new GeoPosition(50, 8, 100), toEnu);
    SpzFormat.write(new PlyModel(gaussians, false, Optional.of(enu)), file());
    PlyModel read = SpzFormat.read(file());
    Gaussians turned = GaussianTransform.apply(toEnu, gaussians);
    assertThat(read.enu()).isEmpty();
    assertWithinSteps(read.gaussians(), turned);
  }

  // Axes

  /** A picture doesn't change when a file's axes are named and turned. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void turnsNamedAxes(int system) throws IOException {
    SpzFormat.write(new PlyModel(random(33, 3, 0.1), false), file(), V3);
    byte[] plain = gunzip(Files.readAllBytes(file()));
    Gaussians rows = SpzFormat.read(file()).gaussians();
    plain[14] = 2;
    byte[] unknown = hex("01003412 02000000 ffff");
    byte[] axes = hex("0300bead 04000000 0%d000000".formatted(system));
    Gaussians turned = read(gzip(join(plain, unknown, axes))).gaussians();
    int x = ((system - 1) & 1) != 0 ? 1 : -1; // right
    int y = ((system - 1) & 2) != 0 ? -1 : 1; // up
    int z = ((system - 1) & 4) != 0 ? 1 : -1; // forward
    double[] signs = {x, y, z};
    for (int i = 0; i < rows.size(); i++) {
      double[][] before = rotation(rows.quats(), i);
      double[][] after = rotation(turned.quats(), i);
      for (int r = 0; r < 3; r++) {
        assertThat(turned.means()[3 * i + r]).isEqualTo((float) signs[r] * rows.means()[3 * i + r]);
        for (int c = 0; c < 3; c++) {
          // Columns are axes of an ellipsoid: either sign is the same one.
          assertThat(after[r][c] * signs[c]).isCloseTo(signs[r] * before[r][c], within(1e-5));
        }
      }
      float[] direction = {0.6f, -0.48f, 0.64f};
      assertThat(colour(turned, i, x * direction[0], y * direction[1], z * direction[2]))
          .isCloseTo(colour(rows, i, direction[0], direction[1], direction[2]), within(1e-5));
    }
  }

  private static double colour(Gaussians gaussians, int i, float x, float y, float z) {
    float[] basis = new float[16];
    SphericalHarmonics.basis(gaussians.shDegree(), x, y, z, basis);
    double red = 0;
    int count = SphericalHarmonics.count(gaussians.shDegree());
    for (int k = 0; k < count; k++) {
      red += basis[k] * gaussians.shCoefficients()[3 * (count * i + k)];
    }
    return red;
  }

  private static double[][] rotation(float[] quats, int i) {
    double w = quats[4 * i];
    double x = quats[4 * i + 1];
    double y = quats[4 * i + 2];
    double z = quats[4 * i + 3];
    return new double[][] {
      {1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)},
      {2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)},
      {2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)}
    };
  }

  @Test
  void readsExtensionsOfVersion4() throws IOException {
    byte[] header =
        hex(
            "4e475350 04000000 01000000 01 0a 02 06 2c000000 000000000000000000000000"
                + "0300bead 04000000 04000000");
    List<byte[]> streams =
        List.of(
            hex(SpzBytes.POSITIONS),
            hex(SpzBytes.ALPHAS),
            hex(SpzBytes.COLOURS),
            hex(SpzBytes.SCALES),
            hex(SpzBytes.ROTATIONS),
            hex(SpzBytes.BANDS));
    assertThat(read(SpzBytes.v4(header, streams)).gaussians().means()).containsExactly(1, 2, -0.5f);
    header[40] = 12;
    assertRefused(
        UNSUPPORTED_INPUT, () -> read(SpzBytes.v4(header, streams)), "coordinate system 12");
    header[36] = 9;
    assertRefused(UNSUPPORTED_INPUT, () -> read(SpzBytes.v4(header, streams)), "cut off");
    header[14] = 0; // says that these bytes are no extensions
    assertThat(read(SpzBytes.v4(header, streams)).gaussians().means()).containsExactly(1, -2, 0.5f);
  }

  // Precision

  @ParameterizedTest
  @ValueSource(doubles = {0.003, 0.02, 0.1, 0.3})
  void coloursOfDirectionsAreAsExactAsPromised(double deviation) {
    Gaussians written = random(2000, 3, deviation);
    Arrays.fill(written.logScales(), -4); // all cover as much
    Arrays.fill(written.logitOpacities(), 0);
    SpzFormat.write(new PlyModel(written, false), file());
    Gaussians read = SpzFormat.read(file()).gaussians();
    int[] rows = Closeness.nearest(written, read);
    Random random = new Random(SEED);
    double squares = 0;
    for (int i = 0; i < rows.length; i++) {
      // Only bands 1 to 3: base colours have a fixed step.
      for (int channel = 0; channel < 3; channel++) {
        read.shCoefficients()[48 * i + channel] = written.shCoefficients()[48 * rows[i] + channel];
      }
      double x = random.nextGaussian();
      double y = random.nextGaussian();
      double z = random.nextGaussian();
      double length = Math.sqrt(x * x + y * y + z * z);
      float dx = (float) (x / length);
      float dy = (float) (y / length);
      float dz = (float) (z / length);
      double error = colour(read, i, dx, dy, dz) - colour(written, rows[i], dx, dy, dz);
      squares += error * error;
    }
    // Of 2000 draws the root mean square is within some 2 % of its expectation.
    // 0.05 dB of 30 dB, a fifth of which pictures show.
    double allowed = Math.sqrt(1e-3 * (Math.pow(10, 0.005) - 1) / 0.2);
    assertThat(Math.sqrt(squares / rows.length)).isLessThan(1.1 * allowed);
  }

  @Test
  void bitsFollowTheModel() {
    assertThat(bits(random(500, 3, 0), 30)).isOne();
    assertThat(bits(random(500, 3, 0.001), 30)).isOne();
    assertThat(bits(random(500, 3, 0.3), 30)).isBetween(5.0, 7.0);
    assertThat(bits(random(500, 3, 0.3), 36)).as("of a better model").isBetween(6.0, 8.0);
    assertThat(bits(random(500, 3, 0.3), 30)).isGreaterThan(bits(random(500, 3, 0.03), 30));
    assertThat(bits(random(500, 0, 0.3), 30)).isZero();
    Gaussians beyond = random(500, 1, 0.3);
    Arrays.fill(beyond.shCoefficients(), 5); // no number of bits reaches it
    assertThat(bits(beyond, 30)).isEqualTo(8);
  }

  private static double bits(Gaussians gaussians, double psnr) {
    SpzPrecision precision = precision(gaussians, psnr);
    return IntStream.range(0, gaussians.size()).map(precision::bandBits).average().orElseThrow();
  }

  @Test
  void gaussiansThatCoverMoreGetMoreBits() {
    Gaussians gaussians = random(500, 3, 0.1);
    Arrays.fill(gaussians.logScales(), -4);
    Arrays.fill(gaussians.logitOpacities(), 0);
    Arrays.fill(gaussians.logScales(), 0, 3, 0);
    gaussians.logitOpacities()[1] = -4;
    SpzPrecision precision = precision(gaussians, 30);
    assertThat(precision.bandBits(0)).isGreaterThan(precision.bandBits(2));
    assertThat(precision.bandBits(1)).isLessThan(precision.bandBits(2));
  }

  /** Positions by the middle scale, rotations by the longest axis beside it. */
  @Test
  void largeAndRoundGaussiansGetCoarserSteps() {
    Gaussians gaussians = random(300, 0, 0.1);
    Arrays.fill(gaussians.logScales(), -4);
    System.arraycopy(new float[] {-9, -1, -1}, 0, gaussians.logScales(), 0, 3);
    System.arraycopy(new float[] {-1, -9, -9}, 0, gaussians.logScales(), 3, 3);
    SpzPrecision precision = precision(gaussians, 30);
    assertThat(precision.positionStep(2)).isOne();
    assertThat(precision.positionStep(0)).isEqualTo(32); // e³ = 20, of a step that may be halved
    assertThat(precision.positionStep(1)).isOne();
    assertThat(precision.rotationStep(0)).isEqualTo(8); // 0.03 / (√2 / 511) = 10.8
    assertThat(precision.rotationStep(1)).isOne();
  }

  @Test
  void positionsAreFinerThanATwentiethOfTheSmallestScales() {
    for (double logScale : new double[] {-9, -7, -4, -1}) {
      Gaussians gaussians = random(300, 0, 0.1);
      Arrays.fill(gaussians.logScales(), (float) logScale);
      Arrays.fill(gaussians.means(), 1);
      double finest = Math.exp(logScale) / 20;
      assertThat(Math.scalb(1.0, -fractionalBits(gaussians))).isBetween(finest / 2, finest);
    }
    Gaussians oneSmall = random(300, 0, 0.1);
    Arrays.fill(oneSmall.logScales(), -4);
    int before = fractionalBits(oneSmall);
    Arrays.fill(oneSmall.logScales(), 6, 9, -9); // one of 300 doesn't decide
    assertThat(fractionalBits(oneSmall)).isEqualTo(before);
  }

  private static int fractionalBits(Gaussians gaussians) {
    return precision(gaussians, 30).fractionalBits();
  }

  @Test
  void theFarthestGaussianIsReached() {
    for (float farthest : new float[] {1000, -4096, 8_388_607, -8_388_607}) {
      Gaussians gaussians = random(33, 0, 0.1);
      Arrays.fill(gaussians.logScales(), -9);
      gaussians.means()[4] = farthest;
      SpzFormat.write(new PlyModel(gaussians, false), file());
      float[] read = SpzFormat.read(file()).gaussians().means();
      float nearest = Float.MAX_VALUE;
      for (float value : read) {
        nearest = Math.min(nearest, Math.abs(value - farthest));
      }
      assertThat(nearest).isLessThanOrEqualTo(Math.abs(farthest) / (1 << 22));
    }
  }

  @Test
  void refusesWhatTheFormatCannotHold() {
    Gaussians far = random(3, 0, 0.1);
    far.means()[1] = 1e7f;
    assertRefused(
        UNSUPPORTED_INPUT,
        () -> SpzFormat.write(new PlyModel(far, false), file()),
        "8 million units");
    for (float value : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
      for (int family = 0; family < 5; family++) {
        Gaussians broken = random(3, 1, 0.1);
        List<float[]> arrays =
            List.of(
                broken.means(),
                broken.quats(),
                broken.logScales(),
                broken.logitOpacities(),
                broken.shCoefficients());
        arrays.get(family)[arrays.get(family).length - 1] = value;
        assertRefused(
            UNSUPPORTED_INPUT,
            () -> SpzFormat.write(new PlyModel(broken, false), file()),
            "Gaussian 3 ",
            "not finite");
      }
    }
    assertThat(file()).doesNotExist();
  }

  // Broken files

  @Test
  void refusesAMissingFile() {
    assertRefused(UNSUPPORTED_INPUT, () -> SpzFormat.read(file()), "no such file");
  }

  @Test
  void namesTheFileThatCannotBeWritten() throws IOException {
    Path belowAFile = Files.writeString(folder.resolve("file"), "").resolve("model.spz");
    assertThatThrownBy(() -> SpzFormat.write(byHand(), belowAFile))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageStartingWith("Cannot write " + belowAFile);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4})
  void refusesTruncatedFiles(int version) throws IOException {
    byte[] whole = version == 4 ? SpzBytes.v4() : gzip(SpzBytes.plain(version));
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertRefused(UNSUPPORTED_INPUT, () -> read(cut), "model.spz");
    }
    if (version != 4) {
      byte[] plain = SpzBytes.plain(version);
      for (int length = 0; length < plain.length; length++) {
        byte[] cut = gzip(Arrays.copyOf(plain, length));
        assertRefused(UNSUPPORTED_INPUT, () -> read(cut), "model.spz");
      }
    }
  }

  /** One number of the header or of the table of sizes is changed: its offset and new bytes. */
  @ParameterizedTest
  @CsvSource({
    "4, 0, 4d, header",
    "4, 4, 03, version 3 in a plain file",
    "4, 8, 02, 'stream 1 has 9 bytes, compressed to 21; 18 bytes'",
    "4, 8, ffffffff, claims 4294967295 Gaussians",
    "4, 12, 04, SH degree 4",
    "4, 12, 02, stream 6 has 9 bytes",
    "4, 13, 1f, fractional bits 31",
    "4, 14, 80, flags 128",
    "4, 15, 07, number of streams 7",
    "4, 15, 05, 'stream 6 has 0 bytes'",
    "4, 16, 1f000000, byte 31",
    "4, 16, ffffffff, byte 4294967295",
    "4, 32, ffffffffffffffff, compressed to 18446744073709551615",
    "4, 32, 16, stream 6",
    "4, 40, 0a, stream 1 has 10 bytes",
    "4, 128, 00, positions is broken",
    "3, 0, 4d, header",
    "3, 4, 01, version 1 in a gzip file",
    "3, 4, 04, version 4 in a gzip file",
    "3, 8, ffffffff, claims 4294967295 Gaussians",
    "3, 8, 02, ends within its",
    "3, 8, 00, goes on after its last array",
    "3, 12, 00, goes on after its last array",
    "3, 12, 04, SH degree 4",
    "3, 13, 1f, fractional bits 31",
    "3, 14, 04, flags 4"
  })
  void refusesOtherHeaders(int version, int offset, String bytes, String words) {
    byte[] changed = version == 4 ? SpzBytes.v4() : SpzBytes.plain(version);
    System.arraycopy(hex(bytes), 0, changed, offset, hex(bytes).length);
    assertRefused(UNSUPPORTED_INPUT, () -> read(version == 4 ? changed : gzip(changed)), words);
  }

  @Test
  void refusesBytesAfterTheEnd() {
    assertRefused(
        UNSUPPORTED_INPUT, () -> read(join(SpzBytes.v4(), new byte[1])), "1 bytes follow");
    byte[] extended = SpzBytes.plain(3);
    extended[14] = 2;
    assertRefused(
        UNSUPPORTED_INPUT, () -> read(gzip(join(extended, new byte[1 << 17]))), "goes on after");
  }

  @Test
  void refusesAWrongChecksum() {
    byte[] changed = gzip(SpzBytes.plain(3));
    changed[changed.length - 8] ^= 1;
    assertRefused(UNSUPPORTED_INPUT, () -> read(changed), "gzip stream is broken");
  }

  /** Well-formed but for its size: 20 million Gaussians, all the same, in a few kilobytes. */
  @Test
  void refusesABomb() throws IOException {
    int count = 20_000_000;
    byte[] header =
        ByteBuffer.allocate(16)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(0x5053474e)
            .putInt(3)
            .putInt(count)
            .array();
    byte[] zipped = gzip(join(header, new byte[1 << 20]));
    assertRefused(UNSUPPORTED_INPUT, () -> read(zipped), "claims 20000000 Gaussians");
    ByteBuffer v4 = ByteBuffer.wrap(SpzBytes.v4()).order(ByteOrder.LITTLE_ENDIAN).putInt(8, count);
    v4.put(12, (byte) 0).put(15, (byte) 5);
    int[] widths = {9, 1, 3, 3, 4};
    for (int i = 0; i < widths.length; i++) {
      v4.putLong(40 + 16 * i, (long) widths[i] * count);
    }
    assertRefused(UNSUPPORTED_INPUT, () -> read(v4.array()), "claims 20000000 Gaussians");
  }
}
