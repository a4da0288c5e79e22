package org.splatline.gpu.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.splatline.gpu.backend.TestGaussians;
import org.splatline.gpu.config.ConfigurationReader;
import org.splatline.gpu.cpu.CpuBackend;
import org.splatline.gpu.gaussian.Gaussians;
import org.splatline.gpu.metric.Evaluation;
import org.splatline.gpu.metric.Lpips;
import org.splatline.gpu.metric.TinyLpips;
import org.splatline.gpu.metric.ViewMetrics;

/** The scores of each held-out view, and their means. */
class EvaluatorTest {
  private static final double TOLERANCE = 1e-6; // as LpipsTest's

  @TempDir static Path folder;

  private static Evaluation evaluate(Evaluator.ViewListener listener, String... settings)
      throws IOException {
    TrainConfig config =
        TrainConfig.of(
            ConfigurationReader.withDefaultProfile("vanilla").settings(List.of(settings)).read());
    Gaussians other = TestGaussians.random(50, 1, 4);
    try (CpuBackend backend = new CpuBackend(2)) {
      return Evaluator.evaluate(backend, other, TinyScene.write(folder), config, listener);
    }
  }

  @ParameterizedTest
  @EnumSource
  void lpipsIsThatOfThePicturesShown(Lpips.Convention convention) throws IOException {
    List<Double> expected = new ArrayList<>();
    Evaluation evaluation =
        evaluate(
            (view, rendered, reference) ->
                expected.add(TinyLpips.distance(rendered, reference, convention)),
            "quality.lpips-model=" + TinyLpips.write(folder),
            "quality.lpips-convention=" + convention.word());
    assertThat(expected).hasSize(2).allMatch(distance -> distance > 1e-3);
    for (int i = 0; i < expected.size(); i++) {
      assertThat(evaluation.views().get(i).lpips()).isCloseTo(expected.get(i), within(TOLERANCE));
    }
    assertThat(evaluation.lpips().orElseThrow())
        .isCloseTo((expected.get(0) + expected.get(1)) / 2, within(TOLERANCE));
  }

  @Test
  void withoutANetworkThereIsNoLpips() throws IOException {
    Evaluation evaluation = evaluate((view, rendered, reference) -> {});
    assertThat(evaluation.views()).hasSize(2).extracting(ViewMetrics::lpips).containsOnlyNulls();
    assertThat(evaluation.lpips()).isEmpty();
  }

  /** The transform that a photograph differs by is found, and only if exposures are learned. */
  @Test
  void exposureIsFittedOnlyWhereItIsLearned() throws IOException {
    Evaluation without = evaluate((view, rendered, reference) -> {});
    Evaluation with = evaluate((view, rendered, reference) -> {}, "train.exposure.enabled=true");
    assertThat(without.psnrExposureFitted()).isEmpty();
    assertThat(with.exposureFittedPsnrs()).hasSize(2);
    assertThat(with.psnrExposureFitted().orElseThrow()).isBetween(5.0, 100.0);
    assertThat(with.psnr()).as("the headline").isEqualTo(without.psnr());
  }
}
