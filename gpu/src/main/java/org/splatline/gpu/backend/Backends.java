package org.splatline.gpu.backend;

/** Finds a backend by name. */
public final class Backends {
  private Backends() {}

  /** {@code auto} or {@code cpu}; {@code threads} 0: all cores. The caller closes it. */
  public static SplatBackend open(String name, int threads) {
    throw new UnsupportedOperationException(name + threads);
  }
}
