package org.splatline.gpu.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.splatline.gpu.colmap.ColmapBinary;
import org.splatline.gpu.cuda.device.CudaDevice;
import org.splatline.gpu.cuda.device.CudaUnavailableException;
import org.splatline.gpu.cuda.device.KernelBuild;
import org.splatline.gpu.metric.Lpips;
import org.splatline.gpu.metric.TinyLpips;
import org.splatline.gpu.train.QualityConfig;
import picocli.CommandLine;

class DoctorTest {
  private static final KernelBuild BUILD = new KernelBuild("sm_90,compute_90", "13.0", 580, "");
  private static final CudaDevice GPU =
      new CudaDevice(1, "GPU-1", "NVIDIA Test", 90, 132, 80L << 30, 13_000);

  private static CudaDevice none() {
    throw new CudaUnavailableException("Cannot use the GPU: there is none");
  }

  @Test
  void aGoodGpuIsDescribed() {
    assertThat(Doctor.cuda("auto", BUILD, () -> GPU))
        .extracting(Doctor.Finding::toString)
        .containsExactly(
            "ok     kernels      CUDA 13.0 for sm_90,compute_90, driver 580 or newer",
            "ok     GPU          1: NVIDIA Test, compute capability 9.0, 80.0 GiB, its driver"
                + " supports CUDA 13.0");
  }

  @Test
  void aMissingGpuIsAFaultOnlyWhereItIsAskedFor() {
    List<Doctor.Finding> asked = Doctor.cuda("cuda", BUILD, DoctorTest::none);
    assertThat(asked.get(1).grade()).isEqualTo(Doctor.Grade.FAULT);
    assertThat(asked.get(1).text()).isEqualTo("Cannot use the GPU: there is none");
    List<Doctor.Finding> optional = Doctor.cuda("auto", BUILD, DoctorTest::none);
    assertThat(optional.get(1).grade()).isEqualTo(Doctor.Grade.NOTE);
    assertThat(optional.get(1).text())
        .isEqualTo("Cannot use the GPU: there is none; training runs on the CPU");
    assertThat(Doctor.cuda("cpu", BUILD, DoctorTest::none).get(1).text())
        .contains("train.backend is cpu");
  }

  @Test
  void missingKernelsAreSaid() {
    KernelBuild empty = new KernelBuild("", "", 0, "");
    assertThat(Doctor.cuda("cuda", empty, DoctorTest::none).get(0))
        .isEqualTo(
            new Doctor.Finding(
                Doctor.Grade.FAULT, "kernels", "none, because nvcc was missing in the build"));
    assertThat(Doctor.cuda("auto", empty, DoctorTest::none).get(0).grade())
        .isEqualTo(Doctor.Grade.NOTE);
  }

  @Test
  void javaIsCompared() {
    assertThat(Doctor.java(Runtime.Version.parse("17.0.15")).grade()).isEqualTo(Doctor.Grade.OK);
    assertThat(Doctor.java(Runtime.Version.parse("11.0.2")).text())
        .isEqualTo(
            "version 11.0.2 is too old. Install Java 17: apt-get install openjdk-17-jdk-headless");
  }

  @Test
  void aMissingColmapIsAFaultWithWhatToDo() throws IOException, InterruptedException {
    Doctor.Finding finding = Doctor.colmap(new ColmapBinary("/nowhere/colmap"));
    assertThat(finding.grade()).isEqualTo(Doctor.Grade.FAULT);
    assertThat(finding.text()).contains("/nowhere/colmap");
  }

  @Test
  void aNetworkForLpipsIsTriedWhereOneIsNamed(@TempDir Path folder) throws IOException {
    Path network = TinyLpips.write(folder);
    assertThat(Doctor.lpips(quality("")).map(Doctor.Finding::toString)).isEmpty();
    assertThat(Doctor.lpips(quality(network.toString())).map(Doctor.Finding::toString))
        .hasValue("ok     LPIPS        %s (alex)".formatted(network));
    Doctor.Finding absent = Doctor.lpips(quality(folder + "/absent.onnx")).orElseThrow();
    assertThat(absent.grade()).isEqualTo(Doctor.Grade.FAULT);
    assertThat(absent.text()).contains("absent.onnx", "there is no file ");
  }

  private static QualityConfig quality(String network) {
    return new QualityConfig(35, 0.95, 0.05, 1, network, Lpips.Convention.ALEX, null);
  }

  @Test
  void theExitCodeTellsOfFaults() {
    CommandLine commands = TrainerMain.commandLine();
    StringWriter said = new StringWriter();
    commands.setOut(new PrintWriter(said));
    assertThat(TrainerMain.run(commands, "doctor", "--set", "sfm.colmap=/nowhere/colmap"))
        .isEqualTo(1);
    assertThat(said.toString()).contains("ok     Java").contains("fault  COLMAP");
  }

  @Test
  void aColmapWhoseOptionsAreUnknownIsAFault(@TempDir Path folder) throws Exception {
    Path program = folder.resolve("colmap");
    Files.writeString(program, "#!/bin/sh\necho 'COLMAP 3.7 -- Structure-from-Motion'\n");
    assertThat(program.toFile().setExecutable(true)).isTrue();
    Doctor.Finding finding = Doctor.colmap(new ColmapBinary(program.toString()));
    assertThat(finding.grade()).isEqualTo(Doctor.Grade.FAULT);
    assertThat(finding.text()).contains("3.7", "3.8 to 3.13 or 4.x");
  }
}
