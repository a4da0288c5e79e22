package org.splatline.gpu.cuda;

import static jcuda.driver.JCudaDriver.cuLaunchKernel;
import static jcuda.driver.JCudaDriver.cuMemsetD32Async;
import static jcuda.driver.JCudaDriver.cuStreamCreate;
import static jcuda.driver.JCudaDriver.cuStreamDestroy;
import static jcuda.driver.JCudaDriver.cuStreamSynchronize;

import jcuda.CudaException;
import jcuda.Pointer;
import jcuda.driver.CUstream;

/** Work of one trainer, done in order. Whoever opens it closes it. */
final class DeviceStream implements AutoCloseable {
  private final CUstream stream = new CUstream();
  private final boolean debugSync;
  private KernelTimer timer;
  private boolean closed;

  /**
   * Opens a stream.
   *
   * @param debugSync wait after each launch, so that an error names its kernel
   */
  DeviceStream(boolean debugSync) {
    this.debugSync = debugSync;
    // Blocking, as the default stream's copies wait for it and it for them.
    cuStreamCreate(stream, 0);
  }

  CUstream handle() {
    return stream;
  }

  /** Times every launch from here on; for benchmarks. */
  KernelTimer startTimer() {
    timer = new KernelTimer();
    return timer;
  }

  void stopTimer() {
    timer.close();
    timer = null;
  }

  void launch(Kernel kernel, Grid grid, Pointer arguments) {
    if (timer != null) {
      timer.before(this, kernel.name());
    }
    try {
      cuLaunchKernel(
          kernel.function(),
          grid.x(),
          grid.y(),
          grid.z(),
          kernel.threadsX(),
          kernel.threadsY(),
          1,
          0,
          stream,
          arguments,
          null);
      if (debugSync) {
        cuStreamSynchronize(stream);
      }
    } catch (CudaException e) {
      throw new IllegalStateException(
          "Cannot run kernel %s: %s".formatted(kernel.name(), e.getMessage()), e);
    }
    if (timer != null) {
      timer.after(this);
    }
  }

  /** Sets {@code bytes}, a multiple of 4, to zero. */
  void clear(DeviceMemory memory, long bytes) {
    if (timer != null) {
      timer.before(this, "clear");
    }
    cuMemsetD32Async(memory.pointer(0), 0, bytes / Integer.BYTES, stream);
    if (timer != null) {
      timer.after(this);
    }
  }

  /** Waits until all work is done. */
  void synchronize() {
    try {
      cuStreamSynchronize(stream);
    } catch (CudaException e) {
      throw new IllegalStateException(
          "Cannot finish work on the GPU: %s. With gpu.debug-sync=true the kernel is named"
              .formatted(e.getMessage()),
          e);
    }
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      cuStreamDestroy(stream);
    }
  }
}
