package org.splatline.gpu.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.splatline.gpu.backend.Exposures;
import org.splatline.gpu.config.ConfigurationReader;
import org.splatline.gpu.cpu.CpuBackend;
import org.splatline.gpu.format.ExportConfig;
import org.splatline.gpu.scene.Scene;
import org.splatline.gpu.scene.View;

/**
 * Training with exposures, on a scene whose seven training pictures have gains from 0.4 to 1. The
 * held-out pictures have their mean, 0.7.
 */
class ExposureTrainingTest {
  private static final int STEPS = 1000;
  private static final float[] GAINS = {0.4f, 0.5f, 0.6f, 0.7f, 0.8f, 0.9f, 1};
  private static final String[] ON = {
    "train.exposure.enabled=true", "train.exposure.rate=0.01", "train.exposure.from-step=100"
  };

  @TempDir static Path photographs;
  private static Scene scene;

  @BeforeAll
  static void writeScene() throws IOException {
    scene = TinyScene.write(photographs);
    for (int i = 0; i < 7; i++) {
      darken(scene.trainViews().get(i), GAINS[i]);
    }
    for (View view : scene.testViews()) {
      darken(view, 0.7f);
    }
  }

  private static void darken(View view, float gain) throws IOException {
    BufferedImage picture = ImageIO.read(view.image().toFile());
    for (int y = 0; y < picture.getHeight(); y++) {
      for (int x = 0; x < picture.getWidth(); x++) {
        int rgb = picture.getRGB(x, y);
        int darker = 0;
        for (int shift = 16; shift >= 0; shift -= 8) {
          darker |= Math.round(gain * (rgb >> shift & 0xff)) << shift;
        }
        picture.setRGB(x, y, darker);
      }
    }
    ImageIO.write(picture, "png", view.image().toFile());
  }

  private static TrainConfig config(String... settings) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "train.steps=" + STEPS,
                "train.sh-degree=1",
                "train.sh-every-steps=200",
                "checkpoint.min-interval=0s",
                "checkpoint.every-steps=20",
                "densify.from-step=30000",
                "densify.until-step=30001"));
    all.addAll(List.of(settings));
    return TrainConfig.of(ConfigurationReader.withDefaultProfile("vanilla").settings(all).read());
  }

  private static SceneTraining.Outcome run(TrainConfig config, Path out, int until)
      throws IOException {
    try (CpuBackend backend = new CpuBackend(2)) {
      return SceneTraining.run(scene, config, ExportConfig.PLY, backend, out, new Until(until));
    }
  }

  /** Cancels after a step. */
  private static final class Until implements TrainListener {
    private final int step;
    private int seen;

    Until(int step) {
      this.step = step;
    }

    @Override
    public void onProgress(TrainingPoint point, int steps, long deviceBytes) {
      seen = point.step();
    }

    @Override
    public boolean isCancelled() {
      return seen >= step;
    }
  }

  private static Exposures exposuresAfter(int step, Path out) throws IOException {
    return CheckpointFormat.read(
            out.resolve(SceneTraining.CHECKPOINTS).resolve("step-%06d.ckpt".formatted(step)))
        .exposures();
  }

  /** What is learned is what the pictures have, by their mean. */
  @Test
  void picturesOfDifferentExposureTrainABetterModel(@TempDir Path plain, @TempDir Path exposed)
      throws IOException {
    SceneTraining.Outcome without = run(config(), plain, STEPS);
    SceneTraining.Outcome with = run(config(ON), exposed, STEPS);
    assertThat(with.metrics().psnr()).isGreaterThan(without.metrics().psnr() + 0.5);
    assertThat(without.metrics().psnrExposureFitted()).isNull();
    assertThat(with.metrics().psnrExposureFitted()).isBetween(15.0, 100.0);
    assertThat(exposuresAfter(STEPS, plain).isEmpty()).isTrue();
    Exposures learned = exposuresAfter(STEPS, exposed);
    float sum = 0;
    for (int i = 0; i < 7; i++) {
      float gain = learned.transforms()[Exposures.WIDTH * i];
      assertThat(gain).as("gain of view %d", i).isCloseTo(GAINS[i] / 0.7f, within(0.15f));
      sum += gain;
    }
    assertThat(sum / 7).isCloseTo(1, within(1e-5f));
  }

  @Test
  void stoppedAndResumedIsTheSame(@TempDir Path whole, @TempDir Path parts) throws IOException {
    SceneTraining.Outcome undisturbed = run(config(ON), whole, STEPS);
    TrainResult cut = run(config(ON), parts, 300).training();
    assertThat(cut.stoppedBy()).isEqualTo(StoppedBy.CANCELLED);
    assertThat(cut.steps()).isBetween(300, STEPS - 1);
    SceneTraining.Outcome resumed = run(config(ON), parts, STEPS);
    assertThat(resumed.training().resumedAfterStep()).isEqualTo(cut.steps());
    assertThat(resumed.training().gaussians()).isEqualTo(undisturbed.training().gaussians());
    assertThat(exposuresAfter(STEPS, parts).transforms())
        .isEqualTo(exposuresAfter(STEPS, whole).transforms());
    assertThat(resumed.metrics().psnrExposureFitted())
        .isEqualTo(undisturbed.metrics().psnrExposureFitted());
  }

  /** Before its first step an exposure changes nothing: the same bits as a training without. */
  @Test
  void untilTheirFirstStepNothingDiffers(@TempDir Path plain, @TempDir Path waiting)
      throws IOException {
    TrainResult without = run(config("train.steps=60"), plain, STEPS).training();
    TrainResult with =
        run(config("train.steps=60", "train.exposure.enabled=true"), waiting, STEPS).training();
    assertThat(with.gaussians()).isEqualTo(without.gaussians());
    Exposures same = Exposures.identity(7);
    assertThat(exposuresAfter(60, waiting).transforms()).isEqualTo(same.transforms());
  }
}
