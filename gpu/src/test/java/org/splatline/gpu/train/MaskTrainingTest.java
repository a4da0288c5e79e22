package org.splatline.gpu.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.splatline.gpu.config.ConfigurationReader;
import org.splatline.gpu.cpu.CpuBackend;
import org.splatline.gpu.format.ExportConfig;
import org.splatline.gpu.format.PlyFormat;
import org.splatline.gpu.gaussian.Gaussians;
import org.splatline.gpu.gaussian.LearnedMasks;
import org.splatline.gpu.scene.Scene;
import org.splatline.gpu.scene.SparsePoints;

/** Training with learned masks, on a scene that does not need two of five points. */
class MaskTrainingTest {
  private static final int NEEDED = 60;
  private static final int SUPERFLUOUS = 40;

  @TempDir static Path photographs;
  private static Scene scene;

  @BeforeAll
  static void writeScene() throws IOException {
    Scene tiny = TinyScene.write(photographs);
    float[] positions = Arrays.copyOf(tiny.points().positions(), 3 * (NEEDED + SUPERFLUOUS));
    byte[] colors = Arrays.copyOf(tiny.points().colors(), positions.length);
    for (int i = NEEDED; i < NEEDED + SUPERFLUOUS; i++) {
      positions[3 * i + 1] = 60 + i; // above all cameras
    }
    scene =
        new Scene(
            "tiny",
            tiny.trainViews(),
            tiny.testViews(),
            new SparsePoints(positions, colors),
            List.of());
  }

  private static TrainConfig config(String... settings) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "train.steps=700",
                "train.sh-degree=1",
                "train.sh-every-steps=50",
                "densify.from-step=100",
                "densify.until-step=200",
                "densify.prune-opacity=1.0e-6",
                "densify.prune-scale=1000",
                "densify.opacity-reset-every-steps=30000",
                "densify.max-gaussians=" + (NEEDED + SUPERFLUOUS)));
    all.addAll(List.of(settings));
    return TrainConfig.of(ConfigurationReader.withDefaultProfile("vanilla").settings(all).read());
  }

  /** Cancels after a step. */
  private record Until(int step, int[] seen) implements TrainListener {
    Until(int step) {
      this(step, new int[1]);
    }

    @Override
    public void onProgress(TrainingPoint point, int steps, long deviceBytes) {
      seen[0] = point.step();
    }

    @Override
    public boolean isCancelled() {
      return seen[0] >= step;
    }
  }

  private static SceneTraining.Outcome run(TrainConfig config, Path out, int until)
      throws IOException {
    try (CpuBackend backend = new CpuBackend(2)) {
      return SceneTraining.run(scene, config, ExportConfig.PLY, backend, out, new Until(until));
    }
  }

  @Test
  void whatIsMaskedLeavesTheFile(@TempDir Path plain, @TempDir Path masked) throws IOException {
    SceneTraining.Outcome without = run(config("train.steps=900"), plain, 1000);
    SceneTraining.Outcome with =
        run(
            config(
                "train.steps=900",
                "train.masks.volume=true",
                "train.masks.bands=true",
                "train.masks.rate=0.02", // unneeded ones are masked after 730 steps
                "train.masks.prune-every-steps=800"),
            masked,
            1000);
    Gaussians file = PlyFormat.read(masked.resolve("model.ply")).gaussians();
    assertThat(PlyFormat.read(plain.resolve("model.ply")).gaussians().size())
        .isEqualTo(NEEDED + SUPERFLUOUS);
    assertThat(file.size()).isLessThanOrEqualTo(NEEDED);
    assertThat(file.size()).isGreaterThan(NEEDED / 2);
    for (int i = 0; i < file.size(); i++) {
      assertThat(file.means()[3 * i + 1]).as("height of a Gaussian left").isLessThan(60);
      assertThat(file.logitOpacities()[i]).isNotEqualTo(LearnedMasks.HIDDEN_LOGIT);
    }
    assertThat(with.metrics().gaussians()).isEqualTo(file.size());
    assertThat(with.metrics().psnr()).isGreaterThan(without.metrics().psnr() - 0.5);
  }

  @Test
  void bandsNobodyNeedsLeaveTheFile(@TempDir Path out) throws IOException {
    SceneTraining.Outcome outcome =
        run(
            config(
                "train.steps=300",
                "train.masks.bands=true",
                "train.masks.rate=0.1",
                "train.masks.band-weight=100"),
            out,
            1000);
    Gaussians file = PlyFormat.read(out.resolve("model.ply")).gaussians();
    assertThat(file.shDegree()).isZero();
    assertThat(file.size()).as("volumes are not masked").isEqualTo(NEEDED + SUPERFLUOUS);
    assertThat(outcome.training().gaussians()).isEqualTo(file);
  }

  /** Masked Gaussians are removed and bands set to zero, before and after the interruption. */
  @Test
  void stoppedAndResumedIsTheSame(@TempDir Path whole, @TempDir Path parts) throws IOException {
    TrainConfig config =
        config(
            "checkpoint.min-interval=0s",
            "train.masks.volume=true",
            "train.masks.bands=true",
            "train.masks.rate=0.03",
            "train.masks.weight=0.02",
            "train.masks.band-weight=0.02",
            "train.masks.prune-every-steps=150");
    Gaussians undisturbed = run(config, whole, 1000).training().gaussians();
    TrainResult cut = run(config, parts, 250).training();
    assertThat(cut.stoppedBy()).isEqualTo(StoppedBy.CANCELLED);
    TrainResult resumed = run(config, parts, 1000).training();
    assertThat(resumed.steps()).isEqualTo(700);
    assertThat(resumed.gaussians()).isEqualTo(undisturbed);
    assertThat(undisturbed.size()).isLessThan(cut.gaussians().size());
  }
}
