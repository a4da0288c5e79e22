package org.splatline.gpu.cli;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.splatline.gpu.backend.GpuConfig;
import org.splatline.gpu.backend.SplatBackend;
import org.splatline.gpu.cpu.CpuBackend;
import org.splatline.gpu.cuda.CudaBackend;
import org.splatline.gpu.cuda.device.CudaUnavailableException;

/**
 * Opens backends by name. It is the only class that knows all of them; code below takes an open
 * {@link SplatBackend}.
 */
public final class Backends {
  private static final Logger LOG = LoggerFactory.getLogger(Backends.class);

  private Backends() {}

  /**
   * Opens a backend. The caller closes it.
   *
   * @param name {@code cpu}, {@code cuda}, or {@code auto}: CUDA if there is a GPU, else the CPU
   * @param threads of the CPU backend; 0 for all cores
   * @param gpu settings of the CUDA backend
   * @throws CudaUnavailableException with {@code cuda}, if no GPU can be used
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
