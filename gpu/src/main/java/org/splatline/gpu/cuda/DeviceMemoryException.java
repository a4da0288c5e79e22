package org.splatline.gpu.cuda;

/** The device has too little memory; the message says how much, and what to lower. */
public final class DeviceMemoryException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  DeviceMemoryException(String message, Throwable cause) {
    super(message, cause);
  }
}
