package org.splatline.gpu.train;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.splatline.gpu.cuda.device.KernelBuild;

class TrainerVersionTest {
  /**
   * Releases reuse models of earlier releases with the same version. If kernels have changed: does
   * the same scene now give a model that differs by more than two runs do? Then raise {@link
   * Trainer#VERSION}. In either case write the new sum here.
   */
  @Test
  void otherKernelsAskForAnotherVersion() {
    assertThat(Trainer.VERSION + " " + KernelBuild.read().sources().substring(0, 16))
        .isEqualTo("2 65e9a9733992258e");
  }
}
