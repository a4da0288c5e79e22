package org.splatline.pipeline.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.splatline.gpu.backend.GpuConfig;
import org.splatline.gpu.cuda.device.CudaUnavailableException;

class TaskDeviceTest {
  /** No host has that many GPUs, so this one can't be used, with a driver or without one. */
  private static final Optional<String> BROKEN = Optional.of("1000");

  private static final GpuConfig GPU = new GpuConfig(0, false, 0.9, 0, GpuConfig.Pictures.AUTO, 1);

  /** A refusal of the scene would not be retried on another host; this exception fails the task. */
  @ParameterizedTest
  @ValueSource(strings = {"auto", "cuda"})
  void aGpuFromSparkThatCannotBeUsedFailsTheTask(String backend) {
    assertThatThrownBy(() -> TaskDevice.take(backend, GPU, BROKEN))
        .isInstanceOf(CudaUnavailableException.class)
        .hasMessageContaining("Cannot use ");
  }

  @Test
  void theCpuBackendNeedsNoGpuOfThoseSparkGave() {
    try (TaskDevice device = TaskDevice.take("cpu", GPU, BROKEN)) {
      assertThat(device.backend()).isEqualTo("cpu");
      assertThat(device.config().device()).isEqualTo(1000);
    }
  }

  @Test
  void autoMayChooseWhereSparkGaveNoGpu() {
    try (TaskDevice device = TaskDevice.take("auto", GPU, Optional.empty())) {
      assertThat(device.backend()).isEqualTo("auto");
    }
  }
}
