package org.splatline.gpu.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.splatline.gpu.backend.Exposures;
import org.splatline.gpu.backend.SplatBackendContract;
import org.splatline.gpu.picture.FloatImage;

class CpuExposuresTest {
  private static final int WIDTH = 21;
  private static final int HEIGHT = 35;

  private final Workers workers = new Workers(3);

  @AfterEach
  void stopWorkers() {
    workers.close();
  }

  private static float[] random(long seed) {
    Random random = new Random(seed);
    float[] values = new float[3 * WIDTH * HEIGHT];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  @Test
  void theIdentityLeavesTheBits() {
    CpuExposures exposures = new CpuExposures(workers, Exposures.identity(2));
    FloatImage rendered = new FloatImage(WIDTH, HEIGHT, random(1));
    float[] gradient = random(2);
    assertThat(exposures.apply(1, rendered).rgb()).isEqualTo(rendered.rgb());
    exposures.differentiate(1, rendered, gradient);
    assertThat(gradient).isEqualTo(random(2));
  }

  @Test
  void aGradientThatIsNotFiniteIsSkipped() {
    CpuExposures exposures = new CpuExposures(workers, Exposures.identity(2));
    double[] gradient = new double[Exposures.WIDTH];
    gradient[7] = Double.NaN;
    exposures.update(0, gradient, 0.1f, SplatBackendContract.ADAM);
    assertThat(exposures.state().transforms()).isEqualTo(Exposures.identity(2).transforms());
    assertThat(exposures.state().counts()).containsOnly(0);
  }
}
