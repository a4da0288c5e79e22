package org.splatline.gpu.cuda.device;

/** Another process uses the GPU. The message names both processes and says what to do. */
public final class GpuBusyException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  GpuBusyException(String message) {
    super(message);
  }
}
