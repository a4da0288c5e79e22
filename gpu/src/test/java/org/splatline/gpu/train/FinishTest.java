package org.splatline.gpu.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.splatline.gpu.backend.SplatBackend;
import org.splatline.gpu.backend.TestGaussians;
import org.splatline.gpu.cluster.KMeans;
import org.splatline.gpu.config.ConfigurationReader;
import org.splatline.gpu.cpu.CpuBackend;
import org.splatline.gpu.format.ModelFormats;
import org.splatline.gpu.format.ModelRounding;
import org.splatline.gpu.format.PlyModel;
import org.splatline.gpu.format.RoundedPart;
import org.splatline.gpu.gaussian.Gaussians;
import org.splatline.gpu.gaussian.MortonOrder;
import org.splatline.gpu.scene.Scene;

/** The finish of a file on the CPU; {@code CudaFinishIT} does the same on a GPU. */
public class FinishTest {
  private static final int STEPS = 140;

  @TempDir Path folder;

  /** The backend to test. The test closes it. */
  protected SplatBackend open() {
    return new CpuBackend(2);
  }

  /** Keeps what each part was when it was rounded. */
  private static final class Watched implements ModelRounding {
    private final ModelRounding rounding;
    private final Map<RoundedPart, Gaussians> rounded = new EnumMap<>(RoundedPart.class);

    Watched(ModelRounding rounding) {
      this.rounding = rounding;
    }

    @Override
    public void round(RoundedPart part, Gaussians gaussians) {
      rounding.round(part, gaussians);
      rounded.put(part, gaussians.copy());
    }

    @Override
    public void write(Gaussians gaussians, Path file) {
      rounding.write(gaussians, file);
    }
  }

  private static ModelRounding rounding(String format, Gaussians trained) {
    return ModelFormats.rounding(
            format, new PlyModel(trained, false, Optional.empty()), 25, 1, new KMeans())
        .orElseThrow();
  }

  @ParameterizedTest
  @ValueSource(strings = {"spz", "sog"})
  void theFileHoldsWhatWasTrainedAndIsBetterThanRoundingAlone(String format) throws IOException {
    Scene scene = TinyScene.write(folder.resolve("scene"));
    TrainConfig config =
        TrainConfig.of(
            ConfigurationReader.withDefaultProfile("vanilla")
                .settings(List.of("optimizer.update=visible"))
                .read());
    Gaussians trained = TestGaussians.random(60, 1, 3); // as the pictures show them
    ModelRounding plain = rounding(format, trained);
    Gaussians before = trained.copy();
    Gaussians rounded = trained.copy();
    for (RoundedPart part : RoundedPart.values()) {
      plain.round(part, rounded);
    }
    Watched rounding = new Watched(rounding(format, trained));
    try (SplatBackend backend = open();
        PreparedScene prepared = PreparedScene.of(scene, config, folder)) {
      Gaussians finished = new Finish(prepared, config, STEPS, 1, backend).run(trained, rounding);

      assertThat(trained).as("the model itself").isEqualTo(before);
      rounding.rounded.forEach(
          (part, then) -> {
            Gaussians expected = finished.copy();
            part.copy(then, expected);
            assertThat(finished).as("%s stays as it was rounded", part).isEqualTo(expected);
          });
      assertThat(rounding.rounded).hasSize(RoundedPart.values().length);
      assertThat(finished.logScales()).as("scales were trained").isNotEqualTo(rounded.logScales());

      Path file = folder.resolve("model." + format);
      rounding.write(finished, file);
      Gaussians read = ModelFormats.read(file).gaussians();
      assertThat(read).isEqualTo(finished.rows(MortonOrder.rows(finished.means())));
      assertThat(Evaluator.fidelity(backend, read, scene, config).psnr())
          .isGreaterThan(Evaluator.fidelity(backend, rounded, scene, config).psnr());
    }
  }
}
