package org.splatline.gpu.cli;

import java.io.IOException;
import java.io.Serializable;
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
import org.splatline.gpu.format.ExportConfig;
import org.splatline.gpu.format.ModelFormats;
import org.splatline.gpu.media.HeicTool;
import org.splatline.gpu.media.VideoConfig;
import org.splatline.gpu.media.VideoTool;
import org.splatline.gpu.metric.Lpips;
import org.splatline.gpu.train.QualityConfig;
import org.splatline.gpu.train.TrainConfig;
import org.splatline.gpu.verdict.SceneException;

/** Checks what Splatline needs on a machine. A finding of something missing says what to do. */
public final class Doctor {
  private static final int LEAST_JAVA = 17;

  private Doctor() {}

  /** The severity of a finding. */
  public enum Grade {
    OK,
    /** Something is missing, but the configuration does not need it. */
    NOTE,
    FAULT
  }

  /** The result of one check: one line. */
  public record Finding(Grade grade, String subject, String text) implements Serializable {
    @Override
    public String toString() {
      return String.format(
          Locale.ROOT, "%-5s  %-11s  %s", grade.name().toLowerCase(Locale.ROOT), subject, text);
    }
  }

  /**
   * Checks Java, COLMAP, ffmpeg, libheif, kernels, GPU, LPIPS and the pictures of .sog files, as
   * the configuration needs them.
   */
  public static List<Finding> machine(Configuration configuration)
      throws IOException, InterruptedException {
    TrainConfig config = TrainConfig.of(configuration);
    List<Finding> findings = new ArrayList<>();
    findings.add(java(Runtime.version()));
    findings.add(
        colmap(new ColmapBinary(configuration.sectionJson("sfm").path("colmap").asText())));
    VideoConfig video = configuration.section("input.video", VideoConfig.class);
    findings.add(tool("ffmpeg", new VideoTool(video).version(), "videos", "ffmpeg"));
    findings.add(
        tool(
            "libheif",
            new HeicTool(video.memory()).version(),
            "HEIC photographs",
            "libheif-examples"));
    findings.addAll(
        cuda(
            config.train().backend(),
            KernelBuild.read(),
            () -> CudaDevice.find(config.gpu().device())));
    lpips(config.quality()).ifPresent(findings::add);
    sog(configuration.section("export", ExportConfig.class).formats()).ifPresent(findings::add);
    return findings;
  }

  /** Checks the version of Java. */
  public static Finding java(Runtime.Version version) {
    return version.feature() >= LEAST_JAVA
        ? new Finding(Grade.OK, "Java", version.toString())
        : new Finding(
            Grade.FAULT,
            "Java",
            "version %s is too old. Install Java %d: apt-get install openjdk-17-jdk-headless"
                .formatted(version, LEAST_JAVA));
  }

  /** Checks COLMAP. */
  public static Finding colmap(ColmapBinary colmap) throws IOException, InterruptedException {
    try {
      ColmapVersion version = colmap.probe();
      if (!version.isSupported()) {
        return new Finding(
            Grade.FAULT,
            "COLMAP",
            "version %s is not supported. Install %s, or set sfm.colmap to its path"
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

  static Finding tool(String name, Optional<String> version, String what, String debianPackage) {
    return version
        .map(found -> new Finding(Grade.OK, name, found.replaceFirst("^" + name + " ", "")))
        .orElseGet(
            () ->
                new Finding(
                    Grade.NOTE,
                    name,
                    "missing, so %s are refused: apt-get install %s"
                        .formatted(what, debianPackage)));
  }

  /** Checks the network {@code quality.lpips-model} and its runtime; empty if LPIPS is off. */
  public static Optional<Finding> lpips(QualityConfig quality) {
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

  /** Checks the native library for {@code export.formats: [sog]}; empty without that format. */
  static Optional<Finding> sog(List<String> formats) {
    if (!formats.contains("sog")) {
      return Optional.empty();
    }
    try {
      ModelFormats.checkMachine(formats);
      return Optional.of(new Finding(Grade.OK, ".sog", "its pictures can be written and read"));
    } catch (SceneException e) {
      return Optional.of(new Finding(Grade.FAULT, ".sog", e.getMessage()));
    }
  }

  /**
   * Checks the kernels and the GPU.
   *
   * @param backend {@code train.backend}; only with {@code cuda} is a missing GPU a fault
   * @param device finds the GPU or throws {@link CudaUnavailableException}
   */
  public static List<Finding> cuda(String backend, KernelBuild build, Supplier<CudaDevice> device) {
    List<Finding> findings = new ArrayList<>();
    Grade ifMissing = backend.equals("cuda") ? Grade.FAULT : Grade.NOTE;
    String instead = ifMissing == Grade.NOTE ? "; training runs on the CPU" : "";
    findings.add(
        build.architectures().isEmpty()
            ? new Finding(
                ifMissing, "kernels", "none, because nvcc was missing in the build" + instead)
            : new Finding(
                Grade.OK,
                "kernels",
                "CUDA %s for %s, driver %d or newer"
                    .formatted(build.toolkit(), build.architectures(), build.leastDriver())));
    if (backend.equals("cpu")) {
      findings.add(new Finding(Grade.NOTE, "GPU", "not checked, because train.backend is cpu"));
      return findings;
    }
    try {
      CudaDevice found = device.get();
      findings.add(
          new Finding(
              Grade.OK,
              "GPU",
              "%d: %s, compute capability %s, %s, its driver supports CUDA %s"
                  .formatted(
                      found.ordinal(),
                      found.name(),
                      found.capabilityText(),
                      Bytes.text(found.memoryBytes()),
                      found.cudaVersionText())));
    } catch (CudaUnavailableException e) {
      findings.add(new Finding(ifMissing, "GPU", e.getMessage() + instead));
    }
    return findings;
  }
}
