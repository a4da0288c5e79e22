package org.splatline.gpu.cuda.device;

import static jcuda.driver.JCudaDriver.cuCtxSetCurrent;
import static jcuda.driver.JCudaDriver.cuDevicePrimaryCtxRelease;
import static jcuda.driver.JCudaDriver.cuDevicePrimaryCtxRetain;
import static jcuda.driver.JCudaDriver.cuMemGetInfo;

import jcuda.CudaException;
import jcuda.driver.CUcontext;

/** The primary context of a device. All users of the device in this JVM share it. */
public final class CudaContext implements AutoCloseable {
  private final CUcontext context = new CUcontext();
  private final int ordinal;
  private boolean closed;

  public CudaContext(CudaDevice device) {
    this.ordinal = device.ordinal();
    try {
      cuDevicePrimaryCtxRetain(context, CudaDevice.handle(ordinal));
    } catch (CudaException e) {
      throw new CudaUnavailableException(
          "Cannot use %s: it accepts no more work (%s). Run nvidia-smi to see which process uses it"
              .formatted(device.name(), e.getMessage()),
          e);
    }
    use();
  }

  /** Bytes free on the device. The context must be the current one of the calling thread. */
  public long freeBytes() {
    long[] free = new long[1];
    cuMemGetInfo(free, new long[1]);
    return free[0];
  }

  /** Makes this the current context of the calling thread. */
  public void use() {
    cuCtxSetCurrent(context);
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      cuDevicePrimaryCtxRelease(CudaDevice.handle(ordinal));
    }
  }
}
