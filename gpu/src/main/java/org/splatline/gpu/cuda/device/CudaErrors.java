package org.splatline.gpu.cuda.device;

import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import jcuda.CudaException;
import jcuda.driver.CUresult;

/** What CUDA's errors mean for the process. Works without a driver and without a device. */
public final class CudaErrors {
  private static final int MAX_EXCEPTIONS = 1000;

  /** JCuda 12.6 has no constant for this error; its messages give the number. */
  private static final int CUDA_ERROR_CONTAINED = 226;

  private static final int CUDA_ERROR_TENSOR_MEMORY_LEAK = 721;

  /**
   * After these errors, all further work of the process on the device fails. Source: CUDA driver
   * API 13.0, {@code CUresult}. The list has the errors that leave the process in an inconsistent
   * state or make the context unusable (assert, destroyed), uncorrectable errors of memory and
   * NVLink, and the unknown error, which a driver returns once its device is gone. {@code
   * DEVICE_UNAVAILABLE} is not in the list: another process has the device, and no context is lost.
   * The errors are strings, because JCuda's exceptions carry only {@link CUresult#stringFor}.
   */
  private static final Set<String> FATAL =
      IntStream.of(
              CUresult.CUDA_ERROR_ECC_UNCORRECTABLE,
              CUresult.CUDA_ERROR_NVLINK_UNCORRECTABLE,
              CUDA_ERROR_CONTAINED,
              CUresult.CUDA_ERROR_ILLEGAL_ADDRESS,
              CUresult.CUDA_ERROR_LAUNCH_TIMEOUT,
              CUresult.CUDA_ERROR_CONTEXT_IS_DESTROYED,
              CUresult.CUDA_ERROR_ASSERT,
              CUresult.CUDA_ERROR_HARDWARE_STACK_ERROR,
              CUresult.CUDA_ERROR_ILLEGAL_INSTRUCTION,
              CUresult.CUDA_ERROR_MISALIGNED_ADDRESS,
              CUresult.CUDA_ERROR_INVALID_ADDRESS_SPACE,
              CUresult.CUDA_ERROR_INVALID_PC,
              CUresult.CUDA_ERROR_LAUNCH_FAILED,
              CUDA_ERROR_TENSOR_MEMORY_LEAK,
              CUresult.CUDA_ERROR_MPS_CLIENT_TERMINATED,
              CUresult.CUDA_ERROR_EXTERNAL_DEVICE,
              CUresult.CUDA_ERROR_UNKNOWN)
          .mapToObj(CUresult::stringFor)
          .collect(Collectors.toUnmodifiableSet());

  private CudaErrors() {}

  /**
   * Whether {@code failure}, one of its causes or one of its suppressed exceptions says that this
   * process has lost its CUDA context. Only a new process can then use the device again.
   */
  public static boolean isFatal(Throwable failure) {
    Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    Deque<Throwable> left = new ArrayDeque<>();
    left.add(failure);
    while (!left.isEmpty() && seen.size() < MAX_EXCEPTIONS) {
      Throwable next = left.remove();
      if (!seen.add(next)) {
        continue;
      }
      if (next instanceof CudaException && FATAL.contains(String.valueOf(next.getMessage()))) {
        return true;
      }
      if (next.getCause() != null) {
        left.add(next.getCause());
      }
      Collections.addAll(left, next.getSuppressed());
    }
    return false;
  }
}
