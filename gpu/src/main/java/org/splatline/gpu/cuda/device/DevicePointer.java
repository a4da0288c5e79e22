package org.splatline.gpu.cuda.device;

/** A place in device memory, as kernels take it. */
public interface DevicePointer {

  long address();

  /** The place {@code bytes} further on. */
  default DevicePointer plus(long bytes) {
    long address = address() + bytes;
    return () -> address;
  }
}
