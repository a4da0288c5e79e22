package org.splatline.gpu.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.splatline.gpu.verdict.Failures.assertRefused;
import static org.splatline.gpu.verdict.Verdict.UNSUPPORTED_INPUT;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.splatline.gpu.gaussian.GaussianSubsets;
import org.splatline.gpu.gaussian.GaussianTransform;
import org.splatline.gpu.gaussian.Gaussians;
import org.splatline.gpu.gaussian.MortonOrder;
import org.splatline.gpu.gaussian.SphericalHarmonics;
import org.splatline.gpu.geo.GeoPosition;
import org.splatline.gpu.geo.Georeference;
import org.splatline.gpu.geo.Similarity;

class SogFormatTest {
  @TempDir Path folder;

  private Path file() {
    return folder.resolve("model.sog");
  }

  private PlyModel read(Map<String, byte[]> files) throws IOException {
    Files.write(file(), SogBytes.zip(files));
    return SogFormat.read(file());
  }

  // Files by hand

  @Test
  void readsAFileMadeByHand() throws IOException {
    PlyModel model = read(SogBytes.byHand());
    assertThat(model.antialiased()).isTrue();
    assertThat(model.enu()).isEmpty();
    Gaussians gaussians = model.gaussians();
    assertThat(gaussians.shDegree()).isEqualTo(1);
    // Codes 0, 256 · 255 + 255 and 257 between -ln 3 and ln 2.
    double third = Math.expm1(Math.log(3) - 257 / 65_535.0 * (Math.log(3) + Math.log(2)));
    assertThat(Arrays.copyOf(gaussians.means(), 3))
        .containsExactly(new float[] {-2, 1, (float) -third}, within(1e-6f));
    // Modes 252 to 255: w, x, y, z is the largest; the codes of the others are 0, 255, 153.
    float half = (float) Math.sqrt(0.5);
    float tenth = (float) (0.1 * Math.sqrt(2));
    assertThat(gaussians.quats())
        .containsExactly(
            new float[] {
              0, -half, half, tenth, -half, 0, half, tenth, -half, half, 0, tenth, -half, half,
              tenth, 0
            },
            within(1e-6f));
    assertThat(Arrays.copyOf(gaussians.logScales(), 3)).containsExactly(-10, -9, 245);
    assertThat(gaussians.logitOpacities()[0])
        .isCloseTo((float) Math.log(51.0 / 204), within(1e-6f));
    // Label 66 + 256 · 0: row 1, third of it. Its coefficients have the codes 10 j + k.
    float[] sh = gaussians.shCoefficients();
    assertThat(Arrays.copyOf(sh, 12)).containsExactly(0, 0.5f, 1, 0, 1, 2, 10, 11, 12, 20, 21, 22);
    assertThat(Arrays.copyOfRange(sh, 12 + 3, 24)).containsOnly(0); // label 0
  }

  // Round trips

  private static Gaussians random(int n, int shDegree) {
    return SpzFormatTest.random(n, shDegree, 0.1);
  }

  @ParameterizedTest
  @CsvSource({
    "model.sog, 0",
    "model.sog, 1",
    "model.sog, 2",
    "model.sog, 3",
    "folder/meta.json, 3"
  })
  void isWrongByHalfAStepAtMost(String name, int shDegree) {
    Path file = folder.resolve(name);
    for (int n : new int[] {1, 33, 257}) {
      for (boolean antialiased : new boolean[] {false, true}) {
        Gaussians written = random(n, shDegree);
        ModelFormats.write(new PlyModel(written, antialiased), file);
        PlyModel read = ModelFormats.read(file);
        assertThat(read.antialiased()).isEqualTo(antialiased);
        assertWithinSteps(read.gaussians(), written.rows(MortonOrder.rows(written.means())));
      }
    }
  }

  private static void assertWithinSteps(Gaussians read, Gaussians written) {
    assertThat(read.size()).isEqualTo(written.size());
    assertThat(read.shDegree()).isEqualTo(written.shDegree());
    for (int i = 0; i < read.means().length; i++) { // of at most 2 ln 10 / 65,535
      float mean = written.means()[i];
      double step = 2 * Math.log(10) / 65_535 * (1 + Math.abs(mean));
      assertThat((double) read.means()[i]).isCloseTo(mean, within(step / 2 + 1e-6));
    }
    // Of 771 values or fewer 256 are kept: no gap of the others is this wide.
    assertThat(read.logScales()).containsExactly(written.logScales(), within(0.2f));
    int width = 3 * SphericalHarmonics.count(read.shDegree());
    for (int i = 0; i < read.size(); i++) {
      assertThat(Quantisation.sigmoid(read.logitOpacities()[i]))
          .isCloseTo(Quantisation.sigmoid(written.logitOpacities()[i]), within(0.5 / 255 + 1e-6));
      assertThat(Closeness.degrees(read.quats(), i, written.quats(), i)).isLessThan(ROTATION_ERROR);
      for (int k = 0; k < 3; k++) {
        assertThat(read.shCoefficients()[width * i + k])
            .isCloseTo(written.shCoefficients()[width * i + k], within(0.02f));
      }
    }
  }

  /**
   * Three components, each wrong by half of √2 / 255, and the largest by up to the sum of these;
   * the angle is twice that of quaternions.
   */
  private static final double ROTATION_ERROR =
      Math.toDegrees(Math.sqrt(3 + 9) * Math.sqrt(2) / 255);

  @Test
  void bandsAreThoseOfTheNearestCentroid() {
    Gaussians written = random(64, 3); // as many centroids as Gaussians
    SogFormat.write(new PlyModel(written, false), file());
    Gaussians read = SogFormat.read(file()).gaussians();
    float[] wanted = written.rows(MortonOrder.rows(written.means())).shCoefficients();
    assertThat(read.shCoefficients()).containsExactly(wanted, within(0.03f));
  }

  /** What was read is written again as it is: a model that was rounded doesn't move. */
  @Test
  void isStable() {
    SogFormat.write(new PlyModel(random(257, 3), false), file());
    Gaussians once = SogFormat.read(file()).gaussians();
    SogFormat.write(new PlyModel(once, false), file());
    Gaussians twice = SogFormat.read(file()).gaussians();
    Gaussians ordered = once.rows(MortonOrder.rows(once.means()));
    assertThat(twice.means()).containsExactly(ordered.means(), within(1e-5f));
    assertThat(twice.logScales()).isEqualTo(ordered.logScales());
    assertThat(twice.logitOpacities()).containsExactly(ordered.logitOpacities(), within(1e-5f));
    for (int i = 0; i < twice.size(); i++) {
      // Of two components of nearly the same size the other one may now be the largest.
      assertThat(Closeness.degrees(twice.quats(), i, ordered.quats(), i))
          .isLessThan(ROTATION_ERROR);
      for (int k = 0; k < 3; k++) {
        assertThat(twice.shCoefficients()[48 * i + k])
            .isEqualTo(ordered.shCoefficients()[48 * i + k]);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void aPaletteOfOnesOwnIsWrittenExactly(int shDegree) {
    Gaussians gaussians = random(500, shDegree);
    ShPalette palette = ShPalette.of(gaussians, GaussianSubsets.significances(gaussians), 100, 3);
    assertThat(palette.size()).isBetween(50, 100);
    palette.applyTo(gaussians);
    SogFormat.write(new PlyModel(gaussians, false), file(), palette);
    Gaussians read = SogFormat.read(file()).gaussians();
    Gaussians ordered = gaussians.rows(MortonOrder.rows(gaussians.means()));
    int width = 3 * SphericalHarmonics.count(shDegree);
    for (int i = 0; i < read.size(); i++) {
      assertThat(Arrays.copyOfRange(read.shCoefficients(), width * i + 3, width * (i + 1)))
          .isEqualTo(Arrays.copyOfRange(ordered.shCoefficients(), width * i + 3, width * (i + 1)));
    }
    assertThatThrownBy(
            () -> SogFormat.write(new PlyModel(random(499, shDegree), false), file(), palette))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Invalid palette: it is for 500 Gaussians");
  }

  @ParameterizedTest
  @CsvSource({"0, 64", "1, 64", "2047, 64", "2048, 128", "200000, 12480", "5000000, 65536"})
  void palettesFitTheCount(int gaussians, int size) {
    assertThat(ShPalette.sizeFor(gaussians)).isEqualTo(size);
  }

  @Test
  void aModelWithoutGaussians() {
    SogFormat.write(new PlyModel(Gaussians.zeros(0, 3), false), file());
    assertThat(SogFormat.read(file()).gaussians()).isEqualTo(Gaussians.zeros(0, 0));
  }

  @Test
  void keepsParametersBeyondTheFormatFinite() {
    Gaussians gaussians = random(2, 0);
    gaussians.logitOpacities()[0] = 50;
    gaussians.means()[0] = -1e30f;
    gaussians.means()[3] = 1e30f;
    Arrays.fill(gaussians.quats(), 0);
    SogFormat.write(new PlyModel(gaussians, false), file());
    Gaussians read = SogFormat.read(file()).gaussians();
    int first = read.means()[0] < 0 ? 0 : 1;
    assertThat(read.means()[3 * first]).isCloseTo(-1e30f, within(1e25f));
    assertThat(Quantisation.sigmoid(read.logitOpacities()[first])).isBetween(0.998, 0.9999);
    assertThat(read.quats()[0]).isCloseTo(1, within(1e-4f));
  }

  @Test
  void theSameModelIsTheSameFile() throws IOException {
    SogFormat.write(new PlyModel(random(300, 1), false), file());
    byte[] once = Files.readAllBytes(file());
    SogFormat.write(new PlyModel(random(300, 1), false), file());
    assertThat(Files.readAllBytes(file())).isEqualTo(once);
  }

  @Test
  void writesTheFrameThatTheModelAsksFor() {
    Gaussians gaussians = random(33, 1);
    Similarity toEnu = new Similarity(2, new double[] {0.6, 0, 0.8, 0}, new double[] {5, -3, 1});
    Georeference enu = new Georeference(new GeoPosition(50, 8, 100), toEnu);
    SogFormat.write(new PlyModel(gaussians, false, Optional.of(enu)), file());
    Gaussians turned = GaussianTransform.apply(toEnu, gaussians);
    float[] means = turned.rows(MortonOrder.rows(turned.means())).means();
    assertThat(SogFormat.read(file()).gaussians().means()).containsExactly(means, within(0.01f));
  }

  @Test
  void refusesToWriteNumbersThatAreNone() {
    Gaussians gaussians = random(3, 1);
    gaussians.quats()[9] = Float.NaN;
    assertRefused(
        UNSUPPORTED_INPUT,
        () -> SogFormat.write(new PlyModel(gaussians, false), file()),
        "model.sog: Gaussian 3 has a parameter that is not finite");
    assertThat(folder).isEmptyDirectory();
  }

  // Files that are refused

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"version\":2 | \"version\":1 | it has version 1; 2 can be read",
        "\"count\":4 | \"count\":4000000 | it claims 4000000 Gaussians in ",
        "\"count\":4 | \"count\":-1 | count in its meta.json is -1",
        "\"count\":4 | \"count\":4.5 | count in its meta.json is 4.5",
        "\"count\":4 | \"count\":1e99 | count in its meta.json is ",
        "\"count\":4 | \"count\":null | count in its meta.json is null",
        "\"count\":4 | \"count\":17 | has 4 x 4 pixels for 17 Gaussians",
        "\"mins\":[ | \"mins\":[1,2,3, | means.mins in its meta.json is [",
        "\"mins\":[ | \"mins\":[1e30,0,0],\"other\":[ | from -88 to 88",
        "-10.0,-9.0, | -10.0, | the codebook of scales in its meta.json has 255 values, not 256",
        "-10.0,-9.0, | -10.0,1e39, | value 1 in the codebook of scales in its meta.json is 1.0E39",
        "-10.0,-9.0, | -10.0,null, | is null, not a finite number",
        "-10.0,-9.0, | -10.0,NaN, | its meta.json is not JSON",
        "quats.webp | ../quats.webp | has \"../quats.webp\", which is not a file beside it",
        "quats.webp | .. | which is not a file beside it",
        "quats.webp | other.webp | other.webp is missing in it",
        "[\"quats.webp\"] | [] | quats.files in its meta.json has 0 names, not 1",
        "\"bands\":1 | \"bands\":4 | bands in its meta.json is 4",
        "\"bands\":1 | \"bands\":0 | its palette has 128 centroids of 0 bands",
        "\"bands\":1 | \"bands\":2 | has 192 x 2 pixels for 128 centroids of 2 bands",
        "\"count\":128 | \"count\":129 | has 192 x 2 pixels for 129 centroids of 1 bands",
        "\"count\":128 | \"count\":65537 | not a whole number from 0 to 65536",
        "\"count\":128 | \"count\":66 | Gaussian 1 has the label 66 of 66 centroids",
        "\"count\":128 | \"count\":128,\"count\":128 | its meta.json is not JSON (Duplicate",
      })
  void refusesAMetaOf(String from, String to, String words) throws IOException {
    Map<String, byte[]> files = SogBytes.byHand();
    String meta = new String(files.get(SogMeta.NAME), StandardCharsets.UTF_8);
    assertThat(meta).contains(from);
    files.put(SogMeta.NAME, meta.replace(from, to).getBytes(StandardCharsets.UTF_8));
    assertRefused(UNSUPPORTED_INPUT, () -> read(files), "model.sog: ", words);
  }

  @Test
  void refusesAMetaThatIsDeepOrLong() throws IOException {
    Map<String, byte[]> files = SogBytes.byHand();
    files.put(SogMeta.NAME, "[".repeat(100_000).getBytes(StandardCharsets.UTF_8));
    assertRefused(UNSUPPORTED_INPUT, () -> read(files), "not JSON", "nesting depth");
    files.put(SogMeta.NAME, " ".repeat(2_000_000).getBytes(StandardCharsets.UTF_8));
    assertRefused(UNSUPPORTED_INPUT, () -> read(files), "meta.json has 2000000 bytes");
    files.put(SogMeta.NAME, new byte[0]);
    assertRefused(UNSUPPORTED_INPUT, () -> read(files), "its meta.json");
    files.put(SogMeta.NAME, "7".getBytes(StandardCharsets.UTF_8));
    assertRefused(UNSUPPORTED_INPUT, () -> read(files), "version in its meta.json is missing");
  }

  @Test
  void refusesPicturesThatAreNone() throws IOException {
    Map<String, byte[]> files = SogBytes.byHand();
    byte[] quats = files.get(SogMeta.QUATS);
    files.put(SogMeta.QUATS, new byte[20]);
    assertRefused(
        UNSUPPORTED_INPUT, () -> read(files), "quats.webp cannot be used: it is not a WebP");
    byte[] lossy = quats.clone();
    lossy[15] = ' ';
    files.put(SogMeta.QUATS, lossy);
    assertRefused(UNSUPPORTED_INPUT, () -> read(files), "it is not a lossless WebP picture");
    files.put(SogMeta.QUATS, Arrays.copyOf(quats, quats.length - 20));
    assertRefused(UNSUPPORTED_INPUT, () -> read(files), "its WebP picture is damaged");
    files.put(SogMeta.QUATS, SogBytes.picture(400, 400, new int[160_000]));
    assertRefused(UNSUPPORTED_INPUT, () -> read(files), "it has 400 x 400 pixels");
    files.put(SogMeta.QUATS, SogBytes.picture(4, 4, new int[16]));
    assertRefused(
        UNSUPPORTED_INPUT, () -> read(files), "rotation of Gaussian 1 has mode 0, not 252");
  }

  @Test
  void refusesZipsThatAreNone() throws IOException {
    Map<String, byte[]> files = SogBytes.byHand();
    byte[] zip = SogBytes.zip(files);
    Files.write(file(), Arrays.copyOf(zip, 1000));
    assertRefused(UNSUPPORTED_INPUT, () -> SogFormat.read(file()), "it is not a zip");
    byte[] comment = zip.clone();
    comment[zip.length - 2] = 9; // the length of the zip's comment, which has none
    Files.write(file(), comment);
    assertRefused(UNSUPPORTED_INPUT, () -> SogFormat.read(file()), "it is not a zip (it is cut)");
    zip[60]++; // within meta.json, which comes first
    Files.write(file(), zip);
    assertRefused(UNSUPPORTED_INPUT, () -> SogFormat.read(file()), "meta.json is damaged in it");
    for (int i = 0; i < 200; i++) {
      files.put("more" + i, new byte[0]);
    }
    assertRefused(UNSUPPORTED_INPUT, () -> read(files), "it holds 208 files; 100 can be read");
    Files.delete(file());
    assertRefused(UNSUPPORTED_INPUT, () -> SogFormat.read(file()), "there is no such file");
  }

  /** A small zip that unpacks to more than a file may have. */
  @Test
  void refusesABombWithoutUnpackingIt() throws IOException {
    Map<String, byte[]> files = SogBytes.byHand();
    files.put(SogMeta.QUATS, new byte[20_000_000]);
    Files.write(file(), SogBytes.deflated(files));
    assertThat(Files.size(file())).isLessThan(100_000);
    assertRefused(
        UNSUPPORTED_INPUT, () -> SogFormat.read(file()), "quats.webp has 20000000 bytes; at most ");
  }

  /** A count that the zip is long enough for, and pictures that are not. */
  @Test
  void refusesAClaimOfMillionsBeforeItAllocatesThem() throws IOException {
    Map<String, byte[]> files = claimOfMillions();
    files.put("padding", new byte[200_000]);
    long before = Mutations.allocatedBytes();
    assertRefused(
        UNSUPPORTED_INPUT,
        () -> read(files),
        "means_l.webp has 4 x 4 pixels for 3000000 Gaussians");
    assertThat(Mutations.allocatedBytes() - before).isLessThan(32L << 20);
  }

  private static Map<String, byte[]> claimOfMillions() {
    Map<String, byte[]> files = SogBytes.byHand();
    String meta = new String(files.get(SogMeta.NAME), StandardCharsets.UTF_8);
    meta = meta.replace("\"count\":4", "\"count\":3000000");
    files.put(SogMeta.NAME, meta.getBytes(StandardCharsets.UTF_8));
    return files;
  }

  @Test
  void readsAZipThatIsDeflated() throws IOException {
    Files.write(file(), SogBytes.deflated(SogBytes.byHand()));
    assertThat(SogFormat.read(file())).isEqualTo(read(SogBytes.byHand()));
  }

  @Test
  void aFolderHasOnlyFilesOfItsOwn() throws IOException {
    Map<String, byte[]> files = SogBytes.byHand();
    Path meta = folder.resolve(SogMeta.NAME);
    for (Map.Entry<String, byte[]> entry : files.entrySet()) {
      Files.write(folder.resolve(entry.getKey()), entry.getValue());
    }
    assertThat(SogFormat.read(meta)).isEqualTo(read(files));
    Files.write(folder.resolve("of.another"), new byte[200_000]);
    assertThat(ModelFormats.bytes(meta))
        .isEqualTo(files.values().stream().mapToLong(bytes -> bytes.length).sum());
    Files.write(meta, claimOfMillions().get(SogMeta.NAME));
    assertRefused(UNSUPPORTED_INPUT, () -> SogFormat.read(meta), "it claims 3000000 Gaussians in ");
    Files.write(meta, files.get(SogMeta.NAME));
    Path quats = folder.resolve(SogMeta.QUATS);
    Files.delete(quats);
    assertRefused(UNSUPPORTED_INPUT, () -> SogFormat.read(meta), "quats.webp is missing");
    Files.createSymbolicLink(quats, folder.resolve("elsewhere"));
    assertRefused(UNSUPPORTED_INPUT, () -> SogFormat.read(meta), "quats.webp is missing");
    assertThat(Collections.max(files.keySet())).isEqualTo(SogMeta.LABELS);
  }
}
