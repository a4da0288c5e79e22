package org.splatline.gpu.cuda.device;

import static jcuda.driver.JCudaDriver.cuCtxGetStreamPriorityRange;
import static jcuda.driver.JCudaDriver.cuLaunchKernel;
import static jcuda.driver.JCudaDriver.cuMemcpyDtoDAsync;
import static jcuda.driver.JCudaDriver.cuMemcpyHtoDAsync;
import static jcuda.driver.JCudaDriver.cuMemsetD32Async;
import static jcuda.driver.JCudaDriver.cuStreamCreateWithPriority;
import static jcuda.driver.JCudaDriver.cuStreamDestroy;
import static jcuda.driver.JCudaDriver.cuStreamSynchronize;

import java.util.Map;
import jcuda.CudaException;
import jcuda.driver.CUstream;
import jcuda.driver.CUstream_flags;

/**
 * A stream of work that the device does in order. Each trainer has its own. Whoever opens it closes
 * it.
 */
public final class DeviceStream implements AutoCloseable {
  private static final int NO_PRIORITY = 0;

  private final CUstream stream = new CUstream();
  private final boolean debugSync;
  private KernelTimer timer;
  private boolean closed;

  /**
   * Opens a stream.
   *
   * @param debugSync wait after each launch, so that an error names its kernel
   */
  public DeviceStream(boolean debugSync) {
    // blocking: this stream and copies on the default stream wait for each other
    this(debugSync, CUstream_flags.CU_STREAM_DEFAULT, NO_PRIORITY);
  }

  private DeviceStream(boolean debugSync, int flags, int priority) {
    this.debugSync = debugSync;
    cuStreamCreateWithPriority(stream, flags, priority);
  }

  /** Opens a stream that waits only for events, not for the default stream. */
  public static DeviceStream independent(boolean debugSync) {
    return new DeviceStream(debugSync, CUstream_flags.CU_STREAM_NON_BLOCKING, NO_PRIORITY);
  }

  /**
   * Opens a stream that waits only for events. Its kernels start before those of other streams that
   * wait for a place on the device.
   */
  public static DeviceStream urgent(boolean debugSync) {
    int[] least = new int[1];
    int[] greatest = new int[1];
    cuCtxGetStreamPriorityRange(least, greatest);
    return new DeviceStream(debugSync, CUstream_flags.CU_STREAM_NON_BLOCKING, greatest[0]);
  }

  CUstream handle() {
    return stream;
  }

  /** Times every launch from now on; for benchmarks. */
  public void startTimer() {
    timer = new KernelTimer();
  }

  /** Milliseconds by kernel since {@link #startTimer}. The stream must be idle. */
  public Map<String, Double> stopTimer() {
    try (KernelTimer stopped = timer) {
      timer = null;
      return stopped.milliseconds();
    }
  }

  public void launch(Launch launch) {
    if (timer != null) {
      timer.before(this, launch.name());
    }
    try {
      cuLaunchKernel(
          launch.function(),
          launch.blocksX(),
          launch.blocksY(),
          launch.blocksZ(),
          launch.threadsX(),
          launch.threadsY(),
          1,
          0,
          stream,
          launch.arguments(),
          null);
      if (debugSync) {
        cuStreamSynchronize(stream);
      }
    } catch (CudaException e) {
      throw DeviceMemory.explained("Cannot run kernel " + launch.name(), e);
    }
    if (timer != null) {
      timer.after(this);
    }
  }

  /** Sets the first {@code bytes} to zero; must be a multiple of 4. */
  public void clear(DeviceMemory memory, long bytes) {
    if (timer != null) {
      timer.before(this, "clear");
    }
    cuMemsetD32Async(memory.pointer(0), 0, bytes / Integer.BYTES, stream);
    if (timer != null) {
      timer.after(this);
    }
  }

  /** Copies the first {@code bytes}. {@code from} must not change until the copy is done. */
  public void upload(PinnedMemory from, DeviceMemory to, long bytes) {
    cuMemcpyHtoDAsync(to.pointer(0), from.pointer(), bytes, stream);
  }

  /** Copies the first {@code bytes}. */
  public void copy(DeviceMemory from, DeviceMemory to, long bytes) {
    if (timer != null) {
      timer.before(this, "copy");
    }
    cuMemcpyDtoDAsync(to.pointer(0), from.pointer(0), bytes, stream);
    if (timer != null) {
      timer.after(this);
    }
  }

  /** Waits until all work is done. */
  public void synchronize() {
    try {
      cuStreamSynchronize(stream);
    } catch (CudaException e) {
      throw DeviceMemory.explained(
          "Cannot finish work on the GPU (set gpu.debug-sync=true to learn which kernel failed)",
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
