package org.splatline.gpu.cuda.device;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each message about a GPU that cannot run these kernels. */
class KernelBuildTest {
  private static final String ALL = "sm_75,sm_80,sm_86,sm_90,compute_75,compute_90";

  private static CudaDevice device(int capability, int cudaVersion) {
    return new CudaDevice(0, "GPU-0", "NVIDIA Test", capability, 80, 16L << 30, cudaVersion);
  }

  private static String objection(String architectures, int capability, int cudaVersion) {
    return new KernelBuild(architectures, "13.0", 580, "")
        .objection(device(capability, cudaVersion))
        .orElse("");
  }

  @Test
  void aDriverOfTheToolkitsGenerationWillDo() {
    assertThat(objection(ALL, 90, 13_000)).isEmpty();
    assertThat(objection(ALL, 90, 13_020)).isEmpty();
    assertThat(objection(ALL, 75, 14_000)).isEmpty();
  }

  @Test
  void anOldDriverIsNamedWithTheOneToInstall() {
    assertThat(objection(ALL, 90, 12_040))
        .isEqualTo(
            "Cannot use NVIDIA Test: its driver supports CUDA 12.4, but these kernels were built with CUDA 13.0. Update the driver to 580 or newer");
  }

  @Test
  void anOldGpuIsNamedWithItsCapability() {
    assertThat(objection(ALL, 61, 13_000))
        .isEqualTo("Cannot use NVIDIA Test: its compute capability 6.1 is below 7.5");
  }

  @ParameterizedTest(name = "{0} on {1}: {2}")
  @CsvSource({
    "sm_90, 90, true",
    "sm_90, 80, false",
    "sm_90, 100, false",
    "sm_80, 89, true",
    "sm_89, 86, false",
    "sm_75;compute_75, 120, true",
    "sm_90;compute_90, 89, false",
    "sm_100;sm_120, 103, true"
  })
  void machineCodeRunsOnItsGenerationAndPtxOnAllNewer(
      String architectures, int capability, boolean runs) {
    String objection = objection(architectures.replace(';', ','), capability, 13_000);
    assertThat(objection.isEmpty()).as(objection).isEqualTo(runs);
  }

  @Test
  void aMissingArchitectureIsNamedWithWhatToBuild() {
    assertThat(objection("sm_90", 75, 13_000))
        .isEqualTo(
            "Cannot use NVIDIA Test: these kernels are built for sm_90, but its compute capability is 7.5. Build without -Dkernels.architectures, or add 75 to it");
  }

  @Test
  void aBuildWithoutKernelsSaysHowToGetThem() {
    assertThat(new KernelBuild("", "", 0, "").objection(device(90, 13_000)))
        .hasValue(
            "Cannot use the GPU: this build holds no kernels. Build where nvcc (CUDA 12 or 13) is"
                + " on the PATH or under CUDA_HOME");
  }
}
