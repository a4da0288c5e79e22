package org.splatline.gpu.cuda.device;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.Properties;

/**
 * What the build says about its kernels. The jar's manifest says the same.
 *
 * @param architectures such as {@code sm_90}, separated by commas; empty: no kernels
 * @param toolkit nvcc's version
 * @param leastDriver major version of the oldest driver that loads them
 * @param sources SHA-256 of the kernels' sources, hexadecimal
 */
public record KernelBuild(String architectures, String toolkit, int leastDriver, String sources) {
  /** Why a build without kernels can't use a GPU. */
  static final String NO_KERNELS =
      "Cannot use the GPU: this build holds no kernels. Build where nvcc (CUDA 12 or 13) is on the"
          + " PATH or under CUDA_HOME";

  private static final int MIN_CAPABILITY = 75;
  private static final String RESOURCE = "/org/splatline/kernels/build.properties";

  /** The toolkit's major version, 13 for 13.0; 0 without kernels. */
  int toolkitMajor() {
    return toolkit.isEmpty() ? 0 : Integer.parseInt(toolkit.replaceFirst("\\..*", ""));
  }

  /** The reason why {@code device} cannot run these kernels, in one sentence; empty if it can. */
  Optional<String> objection(CudaDevice device) {
    if (architectures.isEmpty()) {
      return Optional.of(NO_KERNELS);
    }
    if (device.capability() < MIN_CAPABILITY) {
      return Optional.of(
          "Cannot use %s: its compute capability %s is below %s"
              .formatted(device.name(), device.capabilityText(), text(MIN_CAPABILITY)));
    }
    if (device.cudaVersion() / 1000 < toolkitMajor()) {
      return Optional.of(
          "Cannot use %s: its driver supports CUDA %s, but these kernels were built with CUDA %s. Update the driver to %d or newer"
              .formatted(device.name(), device.cudaVersionText(), toolkit, leastDriver));
    }
    if (!runsOn(device.capability())) {
      return Optional.of(
          "Cannot use %s: these kernels are built for %s, but its compute capability is %s. Build without -Dkernels.architectures, or add %d to it"
              .formatted(
                  device.name(), architectures, device.capabilityText(), device.capability()));
    }
    return Optional.empty();
  }

  /**
   * Machine code runs on its generation of devices, from its revision on. PTX also runs on all
   * newer generations.
   */
  private boolean runsOn(int capability) {
    return Arrays.stream(architectures.split(","))
        .anyMatch(
            architecture -> {
              int built = Integer.parseInt(architecture.replaceFirst(".*_", ""));
              boolean sameGeneration = built / 10 == capability / 10;
              return built <= capability && (sameGeneration || architecture.startsWith("compute_"));
            });
  }

  /** Formats a compute capability: 90 becomes 9.0. */
  static String text(int capability) {
    return capability / 10 + "." + capability % 10;
  }

  public static KernelBuild read() {
    Properties properties = new Properties();
    try (InputStream in = KernelBuild.class.getResourceAsStream(RESOURCE)) {
      if (in != null) {
        properties.load(in);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new KernelBuild(
        properties.getProperty("architectures", ""),
        properties.getProperty("toolkit", ""),
        Integer.parseInt(properties.getProperty("least-driver", "0")),
        properties.getProperty("sources", ""));
  }
}
