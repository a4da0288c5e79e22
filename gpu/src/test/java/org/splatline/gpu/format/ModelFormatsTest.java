package org.splatline.gpu.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.splatline.gpu.verdict.Failures.assertRefused;
import static org.splatline.gpu.verdict.Verdict.UNSUPPORTED_INPUT;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.splatline.gpu.backend.TestGaussians;
import org.splatline.gpu.gaussian.Gaussians;
import org.splatline.gpu.gaussian.ParameterFamily;

class ModelFormatsTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "model.ply, ply",
    "model.compressed.ply, compressed.ply",
    "MODEL.PLY, ply",
    "my.splat.Compressed.ply, compressed.ply",
    "a.splat, splat",
    "a.glb, glb",
    "a.sog, sog",
    "Meta.json, sog",
    "a.meta.json,",
    "compressed.ply, ply",
    "a.txt,",
    "ply,"
  })
  void theNameSaysTheFormat(String file, String format) {
    assertThat(ModelFormats.nameOf(folder.resolve(file)).orElse(null)).isEqualTo(format);
  }

  /** It is what export.formats takes, so a new format is a decision. */
  @Test
  void knowsItsFormats() {
    assertThat(ExportConfig.FORMATS).isEqualTo(ModelFormats.writable());
    assertThat(ModelFormats.writable()).contains("ply", "compressed.ply", "sog", "glb");
    assertThat(ModelFormats.readable()).contains("ply", "compressed.ply", "sog", "splat");
  }

  @Test
  void eachWritableFormatIsWrittenAndReadIfItCanBe() {
    PlyModel model = new PlyModel(TestGaussians.random(300, 2, 1), false);
    for (String format : ModelFormats.writable()) {
      Path file = folder.resolve("model." + format);
      ModelFormats.write(model, file);
      assertThat(file).isNotEmptyFile();
      if (ModelFormats.readable().contains(format)) {
        assertThat(ModelFormats.read(file).gaussians().size()).as(format).isEqualTo(300);
      }
    }
  }

  @Test
  void aCompressedFileMayBeNamedPly() throws IOException {
    PlyModel model = new PlyModel(TestGaussians.random(5, 1, 1), false);
    Path file = folder.resolve("a.compressed.ply");
    ModelFormats.write(model, file);
    Path renamed = Files.copy(file, folder.resolve("a.ply"));
    assertThat(ModelFormats.read(renamed)).isEqualTo(ModelFormats.read(file));
  }

  @Test
  void refusesOtherNames() {
    PlyModel model = new PlyModel(Gaussians.zeros(1, 0), false);
    assertThatThrownBy(() -> ModelFormats.read(folder.resolve("a.glb")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a.glb: its name does not end with a format that can be read")
        .hasMessageContaining(".compressed.ply, .ply");
    for (String name : List.of("a.splat", "a.txt", "ply")) {
      assertThatThrownBy(() -> ModelFormats.write(model, folder.resolve(name)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(name + ": its name does not end with a format that can be written");
      assertThat(folder).isEmptyDirectory();
    }
  }

  @ParameterizedTest
  @EnumSource(value = ParameterFamily.class, names = "MASK_LOGITS", mode = EnumSource.Mode.EXCLUDE)
  void refusesNumbersThatAreNone(ParameterFamily family) {
    Gaussians gaussians = TestGaussians.random(3, 1, 1);
    float[] values = gaussians.array(family);
    values[values.length - 1] = Float.NaN;
    Path file = folder.resolve("a.ply");
    ModelFormats.write(new PlyModel(gaussians, false), file);
    assertRefused(
        UNSUPPORTED_INPUT,
        () -> ModelFormats.read(file),
        family.glossaryName() + " of Gaussian 3 of 3 holds NaN");
  }

  @Test
  void opacitiesMayBeExactlyNoneOrFull() {
    Gaussians gaussians = TestGaussians.random(2, 0, 1);
    gaussians.logitOpacities()[0] = Float.POSITIVE_INFINITY;
    gaussians.logitOpacities()[1] = Float.NEGATIVE_INFINITY;
    Path file = folder.resolve("a.ply");
    ModelFormats.write(new PlyModel(gaussians, false), file);
    assertThat(ModelFormats.read(file).gaussians()).isEqualTo(gaussians);
  }
}
