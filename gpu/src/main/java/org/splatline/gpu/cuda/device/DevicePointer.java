package org.splatline.gpu.cuda.device;

/** An address in device memory, as kernels take it. */
public interface DevicePointer {

  long address();

  /** The address {@code bytes} further on. */
  default DevicePointer plus(long bytes) {
    long address = address() + bytes;
    return () -> address;
  }
}
