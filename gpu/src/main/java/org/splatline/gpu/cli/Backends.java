package org.splatline.gpu.cli;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.splatline.gpu.backend.GpuConfig;
import org.splatline.gpu.backend.SplatBackend;
import org.splatline.gpu.cpu.CpuBackend;
import org.splatline.gpu.cuda.CudaBackend;
import org.splatline.gpu.cuda.device.CudaUnavailableException;

/** Finds a backend by name. */
public final class Backends {
  private static final Logger LOG = LoggerFactory.getLogger(Backends.class);

  private Backends() {}

  /**
   * Opens a backend; the caller closes it.
   *
   * @param name {@code cpu}, {@code cuda}, or {@code auto}: CUDA, and where there is none the CPU
   * @param threads of the CPU backend; 0: all cores
   * @param gpu of the CUDA backend
   * @throws CudaUnavailableException with {@code cuda}, when there is no GPU to use
   */
  public static SplatBackend open(String name, int threads, GpuConfig gpu) {
    return switch (name) {
      case "cpu" -> new CpuBackend(threads);
      case "cuda" -> new CudaBackend(gpu);
      case "auto" -> automatic(threads, gpu);
      default ->
          throw new IllegalArgumentException(
              "Invalid backend: %s is not auto, cpu or cuda".formatted(name));
    };
  }

  private static SplatBackend automatic(int threads, GpuConfig gpu) {
    try {
      return new CudaBackend(gpu);
    } catch (CudaUnavailableException e) {
      LOG.info("{}: training on the CPU", e.getMessage());
      return new CpuBackend(threads);
    }
  }
}
