package org.splatline.gpu.cuda.device;

import static jcuda.driver.JCudaDriver.cuMemcpyDtoH;
import static jcuda.driver.JCudaDriver.cuModuleGetFunction;
import static jcuda.driver.JCudaDriver.cuModuleGetGlobal;
import static jcuda.driver.JCudaDriver.cuModuleLoadData;
import static jcuda.driver.JCudaDriver.cuModuleUnload;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import jcuda.CudaException;
import jcuda.Pointer;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUfunction;
import jcuda.driver.CUmodule;

/** The kernels of this build, loaded into the current context. Whoever loads it closes it. */
public final class CudaModule implements AutoCloseable {
  static final String RESOURCE = "/org/splatline/kernels/splatline.fatbin";

  private final CUmodule module = new CUmodule();
  private boolean closed;

  /** Loads the fat binary. {@code device} is the device's name, for the error message. */
  public CudaModule(String device) {
    byte[] binary = binary();
    try {
      cuModuleLoadData(module, binary);
    } catch (CudaException e) {
      throw new CudaUnavailableException(
          "Cannot use %s: this build's kernels (%s) do not load on it (%s). Update the driver, or add its architecture in kernels/pom.xml and build again"
              .formatted(device, KernelBuild.read().architectures(), e.getMessage()),
          e);
    }
  }

  /** Whether this build has kernels. A build without nvcc has none. */
  static boolean isPresent() {
    return CudaModule.class.getResource(RESOURCE) != null;
  }

  private static byte[] binary() {
    try (InputStream in = CudaModule.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new CudaUnavailableException(KernelBuild.NO_KERNELS);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public CUfunction function(String name) {
    CUfunction function = new CUfunction();
    cuModuleGetFunction(function, module, name);
    return function;
  }

  /** Reads a global variable of the module, an array of floats. */
  public float[] floats(String name, int length) {
    CUdeviceptr pointer = new CUdeviceptr();
    long[] bytes = new long[1];
    cuModuleGetGlobal(pointer, bytes, module, name);
    float[] values = new float[length];
    cuMemcpyDtoH(Pointer.to(values), pointer, (long) length * Float.BYTES);
    return values;
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      cuModuleUnload(module);
    }
  }
}
