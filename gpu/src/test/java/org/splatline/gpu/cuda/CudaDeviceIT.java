package org.splatline.gpu.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.splatline.gpu.backend.SplatModel;
import org.splatline.gpu.backend.TestGaussians;
import org.splatline.gpu.cuda.device.CudaDevice;
import org.splatline.gpu.gaussian.GaussianState;

class CudaDeviceIT {
  @BeforeEach
  void needsAGpu() {
    Gpu.assume();
  }

  @Test
  void hasTheUuidNvidiaSmiPrints() {
    String uuid = CudaDevice.find(0).uuid();
    assertThat(uuid).matches("GPU-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    assertThat(nvidiaSmi()).contains(uuid);
  }

  private static String nvidiaSmi() {
    try {
      Process process = new ProcessBuilder("nvidia-smi", "-L").start();
      return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return Assumptions.abort("there is no nvidia-smi: " + e.getMessage());
    }
  }

  @Test
  void theProcessHoldsWhatItsModelsHold() {
    long before = CudaBackend.processBytes();
    try (CudaBackend backend = Gpu.open()) {
      try (SplatModel model = backend.load(GaussianState.of(TestGaussians.random(100, 3, 7)))) {
        assertThat(CudaBackend.processBytes()).isEqualTo(before + model.deviceBytes());
        assertThat(model.deviceBytes()).isPositive();
      }
    }
    assertThat(CudaBackend.processBytes()).isEqualTo(before);
  }
}
