package org.splatline.gpu.cuda.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class CudaDeviceTest {
  @Test
  void aUuidIsWrittenAsNvidiaSmiDoes() {
    byte[] bytes = HexFormat.of().parseHex("f3a1c2d4e5b607189a0b1c2d3e4f5061");
    assertThat(CudaDevice.uuidText(bytes)).isEqualTo("GPU-f3a1c2d4-e5b6-0718-9a0b-1c2d3e4f5061");
  }
}
