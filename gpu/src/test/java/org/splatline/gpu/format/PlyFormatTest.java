package org.splatline.gpu.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.splatline.gpu.verdict.Failures.assertRefused;
import static org.splatline.gpu.verdict.Verdict.UNSUPPORTED_INPUT;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.splatline.gpu.gaussian.Gaussians;
import org.splatline.gpu.gaussian.ParameterFamily;
import org.splatline.gpu.io.AtomicFile;

class PlyFormatTest {
  private static final long SEED = 11;

  @TempDir Path folder;

  private Path file() {
    return folder.resolve("model.ply");
  }

  private static Gaussians random(int n, int shDegree) {
    Gaussians gaussians = Gaussians.zeros(n, shDegree);
    Random random = new Random(SEED);
    for (ParameterFamily family : ParameterFamily.values()) {
      float[] values = gaussians.array(family);
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) random.nextGaussian();
      }
    }
    return gaussians;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void readsWhatItWrites(int shDegree) {
    for (int n : new int[] {0, 1, 1000}) {
      PlyFormat.write(new PlyModel(random(n, shDegree), false), file());
      assertThat(PlyFormat.read(file())).isEqualTo(new PlyModel(random(n, shDegree), false));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "comment SplatRenderMode: mip, true",
    "comment  splatrendermode:  MIP, true",
    "comment SplatRenderMode: default, false",
    "comment antialiased 1, true",
    "comment antialiased 0, false",
    "comment made by hand, false"
  })
  void commentsSayHowToRender(String comment, boolean antialiased) throws IOException {
    PlyFormat.write(new PlyModel(random(3, 1), false), file());
    String text = Files.readString(file(), StandardCharsets.ISO_8859_1);
    Files.writeString(
        file(),
        text.replace("element vertex", comment + "\nelement vertex"),
        StandardCharsets.ISO_8859_1);
    assertThat(PlyFormat.read(file())).isEqualTo(new PlyModel(random(3, 1), antialiased));
  }

  @Test
  void keepsWhetherItIsAntialiased() throws IOException {
    PlyModel model = new PlyModel(random(3, 1), true);
    PlyFormat.write(model, file());
    assertThat(Files.readString(file(), StandardCharsets.ISO_8859_1))
        .contains("\ncomment SplatRenderMode: mip\n");
    assertThat(PlyFormat.read(file())).isEqualTo(model);
  }

  @Test
  void writesThePropertiesOf3dgsWithRestByChannel() throws IOException {
    Gaussians gaussians = random(1, 1);
    PlyFormat.write(new PlyModel(gaussians, false), file());
    byte[] bytes = Files.readAllBytes(file());
    String header =
        """
        ply
        format binary_little_endian 1.0
        comment splatline frame model
        element vertex 1
        property float x
        property float y
        property float z
        property float nx
        property float ny
        property float nz
        property float f_dc_0
        property float f_dc_1
        property float f_dc_2
        property float f_rest_0
        property float f_rest_1
        property float f_rest_2
        property float f_rest_3
        property float f_rest_4
        property float f_rest_5
        property float f_rest_6
        property float f_rest_7
        property float f_rest_8
        property float opacity
        property float scale_0
        property float scale_1
        property float scale_2
        property float rot_0
        property float rot_1
        property float rot_2
        property float rot_3
        end_header
        """;
    assertThat(new String(bytes, 0, header.length(), StandardCharsets.US_ASCII)).isEqualTo(header);
    float[] row = new float[26];
    ByteBuffer.wrap(bytes, header.length(), 4 * 26)
        .order(ByteOrder.LITTLE_ENDIAN)
        .asFloatBuffer()
        .get(row);
    float[] sh = gaussians.shCoefficients(); // [k, channel]
    assertThat(Arrays.copyOfRange(row, 6, 9)).containsExactly(sh[0], sh[1], sh[2]);
    assertThat(Arrays.copyOfRange(row, 9, 18))
        .containsExactly(sh[3], sh[6], sh[9], sh[4], sh[7], sh[10], sh[5], sh[8], sh[11]);
    assertThat(bytes).hasSize(header.length() + 4 * 26);
  }

  @Test
  void keepsTheOldFileWhenWritingFails() throws IOException {
    Files.writeString(file(), "old");
    assertThatThrownBy(
            () ->
                AtomicFile.write(
                    file(),
                    out -> {
                      out.write(1);
                      throw new IOException("disk full");
                    }))
        .hasMessage("disk full");
    assertThat(file()).hasContent("old");
    assertThat(folder.toFile().list()).containsExactly("model.ply");
  }

  @Test
  void namesTheFileThatCannotBeWritten() throws IOException {
    Path belowAFile = Files.writeString(folder.resolve("file"), "").resolve("model.ply");
    assertThatThrownBy(() -> PlyFormat.write(new PlyModel(random(1, 0), false), belowAFile))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageStartingWith("Cannot write " + belowAFile);
  }

  /** Doubles, another order, foreign properties between, an element behind, CR LF. */
  @Test
  void readsPropertiesInAnyOrderAndSkipsOthers() throws IOException {
    List<String> names = new ArrayList<>(PlyFormat.properties(0));
    names.removeIf(name -> name.startsWith("n"));
    Collections.shuffle(names, new Random(SEED));
    StringBuilder header = new StringBuilder("ply\r\nformat binary_little_endian 1.0\r\n");
    header.append("comment made by hand\r\nelement vertex 2\r\nproperty uchar red\r\n");
    names.forEach(name -> header.append("property double ").append(name).append("\r\n"));
    header.append("property ushort label\r\nelement face 1\r\n");
    header.append("property list uchar int vertex_indices\r\nend_header\r\n");
    ByteBuffer rows =
        ByteBuffer.allocate(2 * (3 + 8 * names.size()) + 5).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < 2; i++) {
      rows.put((byte) 1);
      for (String name : names) {
        rows.putDouble(100 * i + PlyFormat.properties(0).indexOf(name));
      }
      rows.putShort((short) 7);
    }
    write(header.toString(), rows.array());
    Gaussians read = PlyFormat.read(file()).gaussians();
    assertThat(read.means()).containsExactly(0, 1, 2, 100, 101, 102);
    assertThat(read.shCoefficients()).containsExactly(6, 7, 8, 106, 107, 108);
    assertThat(read.logitOpacities()).containsExactly(9, 109);
    assertThat(read.logScales()).containsExactly(10, 11, 12, 110, 111, 112);
    assertThat(read.quats()).containsExactly(13, 14, 15, 16, 113, 114, 115, 116);
  }

  private void write(String header, byte[] rows) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(header.getBytes(StandardCharsets.US_ASCII));
    bytes.write(rows);
    Files.write(file(), bytes.toByteArray());
  }

  @Test
  void refusesTruncatedFiles() throws IOException {
    PlyFormat.write(new PlyModel(random(10, 3), false), file());
    byte[] whole = Files.readAllBytes(file());
    for (int length : new int[] {0, 1, 3, 4, 500, whole.length / 2, whole.length - 1}) {
      Files.write(file(), Arrays.copyOf(whole, length));
      assertRefused(UNSUPPORTED_INPUT, () -> PlyFormat.read(file()), "model.ply");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "format binary_little_endian          | format ascii                   | format ascii",
        "format binary_little_endian          | format binary_big_endian       | big_endian",
        "element vertex 1                     | element vertex 2               | 2 Gaussians of 68",
        "element vertex 1                     | element vertex 99999999999999  | 99999999999999",
        "element vertex 1                     | element vertex -1              | vertex -1",
        "element vertex 1                     | element face 1                 | element face 1",
        "element vertex 1                     | comment                        | no vertices",
        "property float x                     | property list uchar int x      | list",
        "property float x                     | property quad x                | quad",
        "property float opacity               | property float opaque          | no property"
            + " opacity",
        "property float nx                    | property float f_rest_0        | 1 f_rest",
        "ply                                  | plx                            | .ply header"
      })
  void refusesOtherHeaders(String from, String to, String word) throws IOException {
    PlyFormat.write(new PlyModel(random(1, 0), false), file());
    byte[] bytes = Files.readAllBytes(file());
    int rows = bytes.length - 68;
    String header = new String(bytes, 0, rows, StandardCharsets.US_ASCII);
    write(header.replaceFirst(from, to), Arrays.copyOfRange(bytes, rows, bytes.length));
    assertRefused(UNSUPPORTED_INPUT, () -> PlyFormat.read(file()), word);
  }

  @Test
  void refusesAMissingFile() {
    assertRefused(UNSUPPORTED_INPUT, () -> PlyFormat.read(file()), "no such file");
  }
}
