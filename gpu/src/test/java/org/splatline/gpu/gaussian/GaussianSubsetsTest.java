package org.splatline.gpu.gaussian;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.splatline.gpu.backend.TestGaussians;

class GaussianSubsetsTest {
  @Test
  void aBoxHoldsItsFaces() {
    float[] means = {0, 0, 0, 1, 1, 1, 1.001f, 0, 0, 0.5f, -0.001f, 0};
    assertThat(GaussianSubsets.inBox(means, new double[] {0, 0, 0}, new double[] {1, 1, 1}))
        .containsExactly(0, 1);
  }

  @Test
  void keepsTheLargestOpacityTimesProjectedSize() {
    Gaussians gaussians = Gaussians.zeros(5, 0); // opacity 0.5; scales 1: significance 1.5
    gaussians.logScales()[3] = (float) Math.log(3); // 3 + 3 + 1 = 7: 3.5
    gaussians.logitOpacities()[2] = 20; // 3
    gaussians.logScales()[9] = -20; // 1: 0.5
    assertThat(GaussianSubsets.mostSignificant(gaussians, 1)).containsExactly(1);
    assertThat(GaussianSubsets.mostSignificant(gaussians, 2)).containsExactly(1, 2);
    assertThat(GaussianSubsets.mostSignificant(gaussians, 3)).as("ties").containsExactly(0, 1, 2);
    assertThat(GaussianSubsets.mostSignificant(gaussians, 4)).containsExactly(0, 1, 2, 4);
    assertThat(GaussianSubsets.mostSignificant(gaussians, 9)).containsExactly(0, 1, 2, 3, 4);
    assertThat(GaussianSubsets.mostSignificant(gaussians, 0)).isEmpty();
  }

  @Test
  void ranksNumbersBeyondFloats() {
    Gaussians gaussians = Gaussians.zeros(3, 0);
    gaussians.logScales()[0] = 500;
    gaussians.logScales()[3] = -500;
    assertThat(GaussianSubsets.mostSignificant(gaussians, 1)).containsExactly(0);
    assertThat(GaussianSubsets.mostSignificant(gaussians, 2)).containsExactly(0, 2);
  }

  @Test
  void bandsUpToADegree() {
    Gaussians gaussians = TestGaussians.random(2, 3, 1);
    for (int degree = 0; degree <= 3; degree++) {
      Gaussians kept = GaussianSubsets.withBandsUpTo(degree, gaussians);
      int count = SphericalHarmonics.count(degree);
      assertThat(kept.shDegree()).isEqualTo(degree);
      assertThat(kept.means()).isSameAs(gaussians.means());
      for (int k = 0; k < 3 * count; k++) {
        assertThat(kept.shCoefficients()[3 * count + k])
            .isEqualTo(gaussians.shCoefficients()[3 * 16 + k]);
      }
    }
    assertThat(GaussianSubsets.withBandsUpTo(3, GaussianSubsets.withBandsUpTo(1, gaussians)))
        .as("none are added")
        .isEqualTo(GaussianSubsets.withBandsUpTo(1, gaussians));
  }
}
