package org.splatline.gpu.cuda;

import org.splatline.gpu.cuda.device.DeviceMemory;
import org.splatline.gpu.cuda.device.MemoryAccount;
import org.splatline.gpu.cuda.kernel.SumPointers;

/**
 * Sums of the gradients of several views, on the device. They are zero whenever rows of Gaussians
 * move, so they need not move with them. They take no memory until a training adds gradients up.
 */
final class GradientSums implements AutoCloseable {
  /** Bytes per Gaussian: geometry, coefficients, and the last step that added to them. */
  static final long BYTES_PER_GAUSSIAN =
      (GaussianArrays.GEOMETRY_WIDTH + GaussianArrays.SH_WIDTH) * (long) Float.BYTES
          + Integer.BYTES;

  private final MemoryAccount account;
  private DeviceMemory geometry;
  private DeviceMemory sh;
  private DeviceMemory seen;
  private int capacity = -1;

  GradientSums(MemoryAccount account) {
    this.account = account;
  }

  /** Whether gradients have been added up. */
  boolean isInUse() {
    return capacity >= 0;
  }

  boolean hasRoomFor(int n) {
    return n <= capacity;
  }

  /** Makes room for {@code n} Gaussians. Sums must be zero, and the device must be idle. */
  void reserve(int n) {
    close();
    geometry = DeviceMemory.zeroFloats(account, (long) n * GaussianArrays.GEOMETRY_WIDTH);
    sh = DeviceMemory.zeroFloats(account, (long) n * GaussianArrays.SH_WIDTH);
    seen = DeviceMemory.zeroFloats(account, n); // the bits of 0 are those of 0.0
    capacity = n;
  }

  SumPointers pointers() {
    return new SumPointers(geometry, sh, seen);
  }

  @Override
  public void close() {
    capacity = -1;
    for (DeviceMemory part : new DeviceMemory[] {geometry, sh, seen}) {
      if (part != null) {
        part.close();
      }
    }
    geometry = null;
    sh = null;
    seen = null;
  }
}
