package org.splatline.gpu.cuda.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import jcuda.CudaException;
import jcuda.driver.CUresult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.splatline.gpu.backend.DeviceMemoryException;

/** Uses the exceptions that JCuda throws. Creating one needs no driver. */
class CudaErrorsTest {
  private static CudaException failure(int code) {
    return new CudaException(CUresult.stringFor(code));
  }

  @ParameterizedTest
  @ValueSource(
      ints = {214, 220, 226, 700, 702, 709, 710, 714, 715, 716, 717, 718, 719, 721, 810, 911, 999})
  void theContextIsLost(int code) {
    assertThat(CudaErrors.isFatal(failure(code))).as(CUresult.stringFor(code)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 46, 100, 101, 200, 201, 209, 400, 500, 600, 701, 801, 900, 12345})
  void theContextStays(int code) {
    assertThat(CudaErrors.isFatal(failure(code))).as(CUresult.stringFor(code)).isFalse();
  }

  @Test
  void causesAreLookedAt() {
    RuntimeException kernel =
        DeviceMemory.explained("Cannot run kernel project", failure(CUresult.CUDA_ERROR_ASSERT));
    assertThat(kernel).isInstanceOf(IllegalStateException.class);
    assertThat(CudaErrors.isFatal(new IOException(new RuntimeException(kernel)))).isTrue();
    RuntimeException memory =
        DeviceMemory.explained("Cannot load", failure(CUresult.CUDA_ERROR_OUT_OF_MEMORY));
    assertThat(memory).isInstanceOf(DeviceMemoryException.class);
    assertThat(CudaErrors.isFatal(memory)).isFalse();
  }

  /** A model that is closed after a kernel failed. */
  @Test
  void whatIsSuppressedIsLookedAt() {
    RuntimeException failure = new IllegalStateException("Cannot write a checkpoint");
    failure.addSuppressed(failure(CUresult.CUDA_ERROR_ILLEGAL_ADDRESS));
    assertThat(CudaErrors.isFatal(failure)).isTrue();
  }

  @Test
  void onlyJcudasExceptionsCount() {
    assertThat(CudaErrors.isFatal(new IllegalStateException("CUDA_ERROR_ILLEGAL_ADDRESS")))
        .isFalse();
    assertThat(CudaErrors.isFatal(new CudaException(null))).isFalse();
  }

  @Test
  void circlesAndLongChainsEnd() {
    RuntimeException first = new RuntimeException("first");
    RuntimeException second = new RuntimeException("second", first);
    first.initCause(second);
    assertThat(CudaErrors.isFatal(first)).isFalse();
    second.addSuppressed(failure(CUresult.CUDA_ERROR_INVALID_PC));
    assertThat(CudaErrors.isFatal(first)).isTrue();
    Throwable chain = failure(CUresult.CUDA_ERROR_INVALID_PC);
    for (int i = 0; i < 2000; i++) {
      chain = new RuntimeException("outer", chain);
    }
    assertThat(CudaErrors.isFatal(chain)).as("too far down").isFalse();
  }
}
