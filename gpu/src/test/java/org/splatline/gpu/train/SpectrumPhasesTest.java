package org.splatline.gpu.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntBinaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.splatline.gpu.backend.Target;
import org.splatline.gpu.backend.TestGaussians;
import org.splatline.gpu.config.ConfigurationReader;
import org.splatline.gpu.picture.Picture;
import org.splatline.gpu.scene.Intrinsics;

class SpectrumPhasesTest {
  private static final double[] SCALES = {0.125, 0.25, 0.5, 0.75, 1};

  private static TrainConfig config(String... settings) {
    List<String> all = new ArrayList<>(List.of("train.resolution=spectrum"));
    all.addAll(List.of(settings));
    return TrainConfig.of(ConfigurationReader.withDefaultProfile("vanilla").settings(all).read());
  }

  @Test
  void aSizeBeginsAtItsShareOfTheLogarithm() {
    assertThat(SpectrumPhases.of(SCALES, new double[] {4, 8, 10, 11.3, 16}, 1000))
        .containsExactly(
            new Phase(500, 0.125), // ln 2 / ln 4
            new Phase(661, 0.25), // ln 2.5 / ln 4
            new Phase(749, 0.5), // ln 2.825 / ln 4
            new Phase(1000, 0.75));
    assertThat(SpectrumPhases.of(SCALES, new double[] {1, 2, 4, 8, 16}, 900))
        .as("an eighth holds a sixteenth, a quarter holds an eighth: too little")
        .containsExactly(new Phase(450, 0.5), new Phase(900, 0.75));
    assertThat(SpectrumPhases.of(SCALES, new double[] {0, 0, 0, 1, 5}, 900))
        .as("only full size holds enough")
        .isEmpty();
  }

  @Test
  void sizesThatAddNothingAreSkipped() {
    assertThat(SpectrumPhases.of(SCALES, new double[] {4, 4, 4, 8, 16}, 1000))
        .containsExactly(new Phase(500, 0.5), new Phase(1000, 0.75));
    assertThat(SpectrumPhases.of(SCALES, new double[] {4, 4, 4, 4, 4}, 1000))
        .as("the start shows all there is")
        .containsExactly(new Phase(1000, 0.125));
    assertThat(SpectrumPhases.of(SCALES, new double[] {0, 0, 0, 1e-16, 1e-15}, 1000)).isEmpty();
    assertThat(SpectrumPhases.of(SCALES, new double[] {4, 8, 10, 12, 16}, 0)).isEmpty();
    assertThat(SpectrumPhases.of(SCALES, new double[] {4, 8, 10, 12, 16}, 1))
        .containsExactly(new Phase(1, 0.125));
  }

  @ParameterizedTest
  @CsvSource({
    "1600, 1200, 1, 0.125 0.25 0.5 0.75 1",
    "980, 545, 1, 0.25 0.5 0.75 1", // under a megapixel
    "3000, 400, 1, 0.25 0.5 0.75 1", // an eighth has 50 px
    "200, 150, 1, 0.5 0.75 1",
    "63, 70, 1, 1",
    "1600, 1200, 0.5, 0.125 0.25 0.5",
    "1600, 1200, 0.6, 0.125 0.25 0.5 0.6"
  })
  void smallPicturesStartLarger(int width, int height, double finalScale, String scales) {
    Intrinsics size = TestGaussians.camera(width, height, 1).intrinsics();
    assertThat(SpectrumPhases.scales(finalScale, size))
        .containsExactly(
            List.of(scales.split(" ")).stream().mapToDouble(Double::parseDouble).toArray());
  }

  private static List<Target> targets(int count, int width, int height, IntBinaryOperator level) {
    List<Target> targets = new ArrayList<>();
    for (int t = 0; t < count; t++) {
      byte[] pixels = new byte[3 * width * height];
      for (int i = 0; i < pixels.length; i++) {
        pixels[i] = (byte) (level.applyAsInt(i / 3 % width, i / 3 / width) + t);
      }
      targets.add(
          new Target(
              TestGaussians.camera(width, height, t), new Picture(width, height, 3, pixels)));
    }
    return targets;
  }

  /** Waves with long periods, and the same with noise, which has its most detail at full size. */
  @Test
  void finePicturesStartLargerThanCoarseOnes() {
    IntBinaryOperator coarse =
        (x, y) ->
            (int) Math.round(100 + 40 * Math.sin(x / 20.0) + 30 * Math.sin(x / 13.0 - y / 9.0));
    IntBinaryOperator fine =
        (x, y) -> coarse.applyAsInt(x, y) + Math.floorMod(new Random(x + 400L * y).nextInt(), 40);
    List<Phase> few = SpectrumPhases.of(config(), targets(3, 400, 300, coarse));
    List<Phase> many = SpectrumPhases.of(config(), targets(3, 400, 300, fine));
    assertThat(few.get(0).scale()).isEqualTo(0.25);
    assertThat(many.get(0).scale()).isEqualTo(0.5);
    assertThat(few.get(few.size() - 1).untilStep()).as("half of growth").isEqualTo(7500);
    assertThat(many.get(many.size() - 1)).isEqualTo(new Phase(7500, 0.75));
    assertThat(SpectrumPhases.of(config(), targets(3, 400, 300, fine)))
        .as("the same pictures")
        .isEqualTo(many);
  }

  @Test
  void theLastConfiguredPhaseSaysWhenFullSizeIsReached() {
    List<Target> noise = targets(30, 300, 200, (x, y) -> (x * x * 31 + y * y * 17 + x * y) % 97);
    TrainConfig until =
        config("train.phases=[{until-step: 10, scale: 0.5}, {until-step: 4000, scale: 0.1}]");
    List<Phase> phases = SpectrumPhases.of(until, noise);
    assertThat(phases.get(phases.size() - 1).untilStep()).isEqualTo(4000);
    TrainConfig shorter = config("train.steps=600");
    phases = SpectrumPhases.of(shorter, noise);
    assertThat(phases.get(phases.size() - 1).untilStep()).as("training ends first").isEqualTo(300);
    assertThat(ResolutionSchedule.of(shorter, noise).untilStep()).isEqualTo(300);
    assertThat(ResolutionSchedule.of(config("train.resolution=phases"), noise).untilStep())
        .isZero();
  }

  @Test
  void picturesOfOneColourHaveFullSizeAtOnce() {
    assertThat(SpectrumPhases.of(config(), targets(2, 300, 300, (x, y) -> 90))).isEmpty();
  }
}
