package org.splatline.gpu.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import org.splatline.gpu.Bytes;
import org.splatline.gpu.colmap.ColmapBinary;
import org.splatline.gpu.colmap.ColmapVersion;
import org.splatline.gpu.config.Configuration;
import org.splatline.gpu.cuda.device.CudaDevice;
import org.splatline.gpu.cuda.device.CudaUnavailableException;
import org.splatline.gpu.cuda.device.KernelBuild;
import org.splatline.gpu.metric.Lpips;
import org.splatline.gpu.train.QualityConfig;
import org.splatline.gpu.train.TrainConfig;
import org.splatline.gpu.verdict.SceneException;

/**
 * Looks at what Splatline needs of a machine; each finding says what to do where there is a lack.
 */
public final class Doctor {
  private static final int LEAST_JAVA = 17;

  private Doctor() {}

  /** How bad a finding is. */
  public enum Grade {
    OK,
    /** Something is missing that nothing asked for needs. */
    NOTE,
    FAULT
  }

  /** One line. */
  public record Finding(Grade grade, String subject, String text) {
    @Override
    public String toString() {
      return String.format(
          Locale.ROOT, "%-5s  %-11s  %s", grade.name().toLowerCase(Locale.ROOT), subject, text);
    }
  }

  /** Java, COLMAP, kernels, GPU and LPIPS, as the configuration asks for them. */
  public static List<Finding> machine(Configuration configuration)
      throws IOException, InterruptedException {
    TrainConfig config = configuration.trainConfig();
    List<Finding> findings = new ArrayList<>();
    findings.add(java(Runtime.version()));
    findings.add(
        colmap(new ColmapBinary(configuration.sectionJson("sfm").path("colmap").asText())));
    findings.addAll(
        cuda(
            config.train().backend(),
            KernelBuild.read(),
            () -> CudaDevice.find(config.gpu().device())));
    lpips(config.quality()).ifPresent(findings::add);
    return findings;
  }

  static Finding java(Runtime.Version version) {
    return version.feature() >= LEAST_JAVA
        ? new Finding(Grade.OK, "Java", version.toString())
        : new Finding(
            Grade.FAULT,
            "Java",
            "%s, need %d. Install it: apt-get install openjdk-17-jdk-headless"
                .formatted(version, LEAST_JAVA));
  }

  static Finding colmap(ColmapBinary colmap) throws IOException, InterruptedException {
    try {
      ColmapVersion version = colmap.probe();
      if (!version.isSupported()) {
        return new Finding(
            Grade.FAULT,
            "COLMAP",
            "%s, need %s. Install that, or name it with sfm.colmap"
                .formatted(version.version(), ColmapVersion.SUPPORTED));
      }
      return new Finding(
          Grade.OK,
          "COLMAP",
          version.version() + (version.cuda() ? ", with CUDA" : ", on the CPU"));
    } catch (SceneException e) {
      return new Finding(Grade.FAULT, "COLMAP", e.getMessage());
    }
  }

  /** The network {@code quality.lpips-model} names, and what runs it; nothing where none is. */
  static Optional<Finding> lpips(QualityConfig quality) {
    if (!quality.measuresLpips()) {
      return Optional.empty();
    }
    String words = "%s (%s)".formatted(quality.lpipsModel(), quality.lpipsConvention().word());
    try {
      Lpips.open(Path.of(quality.lpipsModel()), quality.lpipsConvention()).close();
      return Optional.of(new Finding(Grade.OK, "LPIPS", words));
    } catch (SceneException e) {
      return Optional.of(new Finding(Grade.FAULT, "LPIPS", e.getMessage()));
    }
  }

  /**
   * The kernels and the GPU.
   *
   * @param backend {@code train.backend}: with {@code cuda} a lack is a fault
   * @param device finds it or throws {@link CudaUnavailableException}
   */
  static List<Finding> cuda(String backend, KernelBuild build, Supplier<CudaDevice> device) {
    List<Finding> findings = new ArrayList<>();
    Grade lack = backend.equals("cuda") ? Grade.FAULT : Grade.NOTE;
    String instead = lack == Grade.NOTE ? "; training runs on the CPU" : "";
    findings.add(
        build.architectures().isEmpty()
            ? new Finding(lack, "kernels", "none: built without nvcc" + instead)
            : new Finding(
                Grade.OK,
                "kernels",
                "CUDA %s for %s, driver %d or newer"
                    .formatted(build.toolkit(), build.architectures(), build.leastDriver())));
    if (backend.equals("cpu")) {
      findings.add(new Finding(Grade.NOTE, "GPU", "not looked for: train.backend is cpu"));
      return findings;
    }
    try {
      CudaDevice found = device.get();
      findings.add(
          new Finding(
              Grade.OK,
              "GPU",
              "%d: %s, compute capability %s, %s, its driver knows CUDA %s"
                  .formatted(
                      found.ordinal(),
                      found.name(),
                      found.capabilityText(),
                      Bytes.text(found.memoryBytes()),
                      found.cudaVersionText())));
    } catch (CudaUnavailableException e) {
      findings.add(new Finding(lack, "GPU", e.getMessage() + instead));
    }
    return findings;
  }
}
