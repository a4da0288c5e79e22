package org.splatline.gpu.cuda.device;

import static jcuda.driver.JCudaDriver.cuCtxSetCurrent;
import static jcuda.driver.JCudaDriver.cuDevicePrimaryCtxRelease;
import static jcuda.driver.JCudaDriver.cuDevicePrimaryCtxRetain;
import static jcuda.driver.JCudaDriver.cuMemGetInfo;

import jcuda.CudaException;
import jcuda.driver.CUcontext;

/** A device's primary context, shared by all that use the device in this JVM. */
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
          "Cannot use %s: it takes no more work (%s). See with nvidia-smi what holds it"
              .formatted(device.name(), e.getMessage()),
          e);
    }
    use();
  }

  /** Bytes free on the device; the context must be the calling thread's. */
  public long freeBytes() {
    long[] free = new long[1];
    cuMemGetInfo(free, new long[1]);
    return free[0];
  }

  /** Makes it the calling thread's. */
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
