package org.splatline.gpu.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.splatline.gpu.train.TrainingPoint;

class ProgressLineTest {
  private static final TrainingPoint POINT =
      new TrainingPoint(7000, 2, 0.5, 0.0412, 27.5, 812_345, 61, 115, null);

  @Test
  void tellsDeviceMemoryWhereThereIsADevice() {
    String line =
        "scene garden train step 7000/30000 phase 2 (1/2): loss 0.0412, 27.50 dB train, 812,345 Gaussians, 61.0 steps/s, ETA 6:17 min";
    assertThat(ProgressLine.text("garden", POINT, 30_000, -1)).isEqualTo(line);
    assertThat(ProgressLine.text("garden", POINT, 30_000, 5_476_083_303L))
        .isEqualTo(line + ", 5.1 GiB on the GPU");
  }
}
