package org.splatline.gpu.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.splatline.gpu.backend.RenderSettings;
import org.splatline.gpu.backend.SplatModel;
import org.splatline.gpu.backend.TestGaussians;
import org.splatline.gpu.config.ConfigurationReader;
import org.splatline.gpu.cpu.CpuBackend;
import org.splatline.gpu.gaussian.GaussianState;
import org.splatline.gpu.gaussian.Gaussians;
import org.splatline.gpu.metric.Evaluation;
import org.splatline.gpu.scene.Scene;
import org.splatline.gpu.scene.View;

class KeptViewsTest {
  /** The evaluation of the same views as if they were held-out ones. */
  @Test
  void theirPsnrIsThatOfAnEvaluation(@TempDir Path photographs) throws IOException {
    Scene scene = TinyScene.write(photographs);
    List<View> train = scene.trainViews();
    List<View> two = List.of(train.get(1), train.get(4));
    Scene held = new Scene("held", train, two, scene.points(), List.of());
    TrainConfig config =
        TrainConfig.of(
            ConfigurationReader.withDefaultProfile("vanilla")
                .settings(List.of("image.background=white", "image.reduce=1.5"))
                .read());
    Gaussians gaussians = TestGaussians.random(40, 1, 8);
    KeptViews kept = new KeptViews(List.of(1, 4), 10, 20, 10);
    try (CpuBackend backend = new CpuBackend(2);
        PreparedScene prepared = PreparedScene.of(scene, config, photographs);
        SplatModel model = backend.load(GaussianState.of(gaussians))) {
      Evaluation evaluation = Evaluator.evaluate(backend, gaussians, held, config);
      double psnr = kept.psnr(model, prepared.targets(), new RenderSettings(1, 1, 1, 1));
      assertThat(psnr).isBetween(1.0, 40.0).isCloseTo(evaluation.psnr(), within(1e-9));
    }
  }
}
