package org.splatline.gpu.cuda.device;

import static jcuda.driver.JCudaDriver.cuMemAlloc;
import static jcuda.driver.JCudaDriver.cuMemFree;
import static jcuda.driver.JCudaDriver.cuMemGetInfo;
import static jcuda.driver.JCudaDriver.cuMemcpyDtoH;
import static jcuda.driver.JCudaDriver.cuMemcpyHtoD;
import static jcuda.driver.JCudaDriver.cuMemsetD32;
import static org.splatline.gpu.Checks.checkArgument;
import static org.splatline.gpu.Checks.checkState;

import jcuda.CudaException;
import jcuda.Pointer;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUresult;
import org.splatline.gpu.Bytes;
import org.splatline.gpu.backend.DeviceMemoryException;

/** Memory on the device. Whoever allocates it closes it; closing it twice is allowed. */
public final class DeviceMemory implements DevicePointer, AutoCloseable {
  private final Address pointer = new Address();
  private final MemoryAccount account;
  private final long bytes;
  private boolean closed;

  /** A device address whose value kernel arguments can hold. */
  private static final class Address extends CUdeviceptr {
    long value() {
      return getNativePointer();
    }
  }

  /**
   * Allocates {@code bytes}, at least 16; their contents are undefined. Throws {@link
   * DeviceMemoryException} if the account's limit or the device has no room.
   */
  public DeviceMemory(MemoryAccount account, long bytes) {
    this.account = account;
    this.bytes = Math.max(16, bytes);
    account.checkRoom(this.bytes);
    try {
      cuMemAlloc(pointer, this.bytes);
    } catch (CudaException e) {
      throw allocationFailure(e);
    }
    account.add(this.bytes);
  }

  public static DeviceMemory floats(MemoryAccount account, long length) {
    return new DeviceMemory(account, length * Float.BYTES);
  }

  /** Allocates floats and sets them to zero. */
  public static DeviceMemory zeroFloats(MemoryAccount account, long length) {
    DeviceMemory memory = floats(account, length);
    cuMemsetD32(memory.pointer, 0, length);
    return memory;
  }

  public static DeviceMemory ints(MemoryAccount account, long length) {
    return new DeviceMemory(account, length * Integer.BYTES);
  }

  private RuntimeException allocationFailure(CudaException e) {
    if (!isOutOfMemory(e)) {
      return e;
    }
    long[] free = new long[1];
    long[] total = new long[1];
    cuMemGetInfo(free, total);
    return new DeviceMemoryException(
        "the GPU has %s of %s free, but %s more are needed beside %s in use. Lower densify.max-gaussians, raise image.reduce, or set gpu.pictures=streamed"
            .formatted(
                Bytes.text(free[0]),
                Bytes.text(total[0]),
                Bytes.text(bytes),
                Bytes.text(account.liveBytes())),
        e);
  }

  private static boolean isOutOfMemory(CudaException e) {
    return e.getMessage().contains(CUresult.stringFor(CUresult.CUDA_ERROR_OUT_OF_MEMORY));
  }

  /**
   * Turns a failed driver call into a {@link DeviceMemoryException} if memory is full, or else into
   * an {@link IllegalStateException}.
   */
  static RuntimeException explained(String what, CudaException e) {
    return isOutOfMemory(e)
        ? new DeviceMemoryException(
            what
                + ": the GPU's memory is full. Lower densify.max-gaussians, raise image.reduce, or"
                + " free the GPU",
            e)
        : new IllegalStateException(what + ": " + e.getMessage(), e);
  }

  public long bytes() {
    return bytes;
  }

  @Override
  public long address() {
    checkState(!closed, "Cannot use device memory of %s bytes: already closed", bytes);
    return pointer.value();
  }

  @Override
  public DevicePointer plus(long offset) {
    checkArgument(0 <= offset && offset < bytes, "Invalid offset: %s of %s bytes", offset, bytes);
    return DevicePointer.super.plus(offset);
  }

  /** The address {@code offset} bytes after the start, for driver calls. */
  CUdeviceptr pointer(long offset) {
    checkState(!closed, "Cannot use device memory of %s bytes: already closed", bytes);
    return offset == 0 ? pointer : pointer.withByteOffset(offset);
  }

  /** Copies to the device and waits. */
  public void upload(float[] values) {
    upload(0, values);
  }

  /** Copies to the device and waits. */
  public void upload(long offset, float[] values) {
    if (values.length > 0) {
      cuMemcpyHtoD(pointer(offset), Pointer.to(values), (long) values.length * Float.BYTES);
    }
  }

  /** Copies to the device and waits. */
  public void upload(long offset, short[] values) {
    if (values.length > 0) {
      cuMemcpyHtoD(pointer(offset), Pointer.to(values), (long) values.length * Short.BYTES);
    }
  }

  /** Copies to the device and waits. */
  public void upload(long offset, byte[] values) {
    if (values.length > 0) {
      cuMemcpyHtoD(pointer(offset), Pointer.to(values), values.length);
    }
  }

  /** Copies to the device and waits. */
  public void upload(long offset, int[] values) {
    cuMemcpyHtoD(pointer(offset), Pointer.to(values), (long) values.length * Integer.BYTES);
  }

  /**
   * Copies the first {@code length} floats to the host. Waits only for work on the device's default
   * stream.
   */
  public float[] downloadFloats(int length) {
    return downloadFloats(0, length);
  }

  /** Copies floats from {@code offset} bytes on. */
  public float[] downloadFloats(long offset, int length) {
    float[] values = new float[length];
    if (length > 0) {
      cuMemcpyDtoH(Pointer.to(values), pointer(offset), (long) length * Float.BYTES);
    }
    return values;
  }

  public byte[] downloadBytes(int length) {
    byte[] values = new byte[length];
    if (length > 0) {
      cuMemcpyDtoH(Pointer.to(values), pointer(0), length);
    }
    return values;
  }

  public short[] downloadShorts(long offset, int length) {
    short[] values = new short[length];
    if (length > 0) {
      cuMemcpyDtoH(Pointer.to(values), pointer(offset), (long) length * Short.BYTES);
    }
    return values;
  }

  public int[] downloadInts(long offset, int length) {
    int[] values = new int[length];
    if (length > 0) {
      cuMemcpyDtoH(Pointer.to(values), pointer(offset), (long) length * Integer.BYTES);
    }
    return values;
  }

  public long[] downloadLongs(long offset, int length) {
    long[] values = new long[length];
    cuMemcpyDtoH(Pointer.to(values), pointer(offset), (long) length * Long.BYTES);
    return values;
  }

  public double[] downloadDoubles(int length) {
    double[] values = new double[length];
    if (length > 0) {
      cuMemcpyDtoH(Pointer.to(values), pointer(0), (long) length * Double.BYTES);
    }
    return values;
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true; // first, so that a failing free isn't tried again
      cuMemFree(pointer);
      account.remove(bytes);
    }
  }
}
