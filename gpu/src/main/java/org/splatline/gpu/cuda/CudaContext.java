package org.splatline.gpu.cuda;

import static jcuda.driver.JCudaDriver.cuCtxSetCurrent;
import static jcuda.driver.JCudaDriver.cuDevicePrimaryCtxRelease;
import static jcuda.driver.JCudaDriver.cuDevicePrimaryCtxRetain;

import jcuda.driver.CUcontext;

/** A device's primary context, shared by all that use the device in this JVM. */
final class CudaContext implements AutoCloseable {
  private final CUcontext context = new CUcontext();
  private final int ordinal;
  private boolean closed;

  CudaContext(CudaDevice device) {
    this.ordinal = device.ordinal();
    cuDevicePrimaryCtxRetain(context, CudaDevice.handle(ordinal));
    use();
  }

  /** Makes it the calling thread's. */
  void use() {
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
