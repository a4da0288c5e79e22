package org.splatline.gpu.backend;

import org.splatline.gpu.cpu.CpuBackend;

/** Finds a backend by name. */
public final class Backends {
  private Backends() {}

  /**
   * Opens a backend; the caller closes it.
   *
   * @param name {@code cpu}, or {@code auto}: the best there is
   * @param threads of the CPU backend; 0: all cores
   */
  public static SplatBackend open(String name, int threads) {
    return switch (name) {
      case "auto", "cpu" -> new CpuBackend(threads);
      default ->
          throw new IllegalArgumentException(
              "Invalid backend: %s is not auto or cpu".formatted(name));
    };
  }
}
