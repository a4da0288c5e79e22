package org.splatline.gpu.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.splatline.gpu.cluster.Clusterer;
import org.splatline.gpu.cluster.ClustererContract;

class CudaClustererIT extends ClustererContract {
  private CudaBackend backend;

  @BeforeEach
  void openBackend() {
    Gpu.assume();
    backend = Gpu.open();
  }

  @AfterEach
  void leavesNothingOnTheDevice() {
    if (backend != null) {
      backend.close();
      assertThat(backend.liveBytes()).as("bytes left on the device").isZero();
    }
  }

  @Override
  protected Clusterer clusterer() {
    return backend.clusterer();
  }
}
