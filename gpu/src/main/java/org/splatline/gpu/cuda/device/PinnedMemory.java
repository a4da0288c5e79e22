package org.splatline.gpu.cuda.device;

import static jcuda.driver.JCudaDriver.cuMemFreeHost;
import static jcuda.driver.JCudaDriver.cuMemHostAlloc;

import java.nio.ByteBuffer;
import jcuda.CudaException;
import jcuda.Pointer;
import org.splatline.gpu.Bytes;
import org.splatline.gpu.backend.DeviceMemoryException;

/**
 * Host memory that the device copies from without the CPU's help. Whoever allocates it closes it.
 */
public final class PinnedMemory implements AutoCloseable {
  private final Pointer pointer = new Pointer();
  private final ByteBuffer bytes;
  private boolean closed;

  public PinnedMemory(long length) {
    try {
      cuMemHostAlloc(pointer, length, 0);
    } catch (CudaException e) {
      throw new DeviceMemoryException(
          "%s of host memory cannot be pinned for the GPU (%s). Raise image.reduce or the host's limit of locked memory"
              .formatted(Bytes.text(length), e.getMessage()),
          e);
    }
    bytes = pointer.getByteBuffer(0, length);
  }

  Pointer pointer() {
    return pointer;
  }

  /** The whole memory, to write to. */
  public ByteBuffer buffer() {
    return bytes.duplicate();
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      cuMemFreeHost(pointer);
    }
  }
}
