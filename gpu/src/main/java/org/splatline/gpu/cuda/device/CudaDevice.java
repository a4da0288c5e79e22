package org.splatline.gpu.cuda.device;

import static jcuda.driver.CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR;
import static jcuda.driver.CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR;
import static jcuda.driver.CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT;
import static jcuda.driver.JCudaDriver.cuDeviceGet;
import static jcuda.driver.JCudaDriver.cuDeviceGetAttribute;
import static jcuda.driver.JCudaDriver.cuDeviceGetCount;
import static jcuda.driver.JCudaDriver.cuDeviceGetName;
import static jcuda.driver.JCudaDriver.cuDeviceGetUuid;
import static jcuda.driver.JCudaDriver.cuDeviceTotalMem;
import static jcuda.driver.JCudaDriver.cuDriverGetVersion;
import static jcuda.driver.JCudaDriver.cuInit;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;
import jcuda.CudaException;
import jcuda.driver.CUdevice;
import jcuda.driver.CUuuid;

/**
 * A GPU as the driver describes it.
 *
 * @param ordinal index among the devices that the driver shows
 * @param uuid the same in all processes, as nvidia-smi prints it: {@code GPU-}, then 32 hexadecimal
 *     digits with dashes; a MIG instance has the UUID of its GPU
 * @param capability compute capability, ten times major plus minor: 90 for an H100
 * @param cudaVersion the newest CUDA that the driver supports: 13000 for 13.0
 */
public record CudaDevice(
    int ordinal,
    String uuid,
    String name,
    int capability,
    int multiprocessors,
    long memoryBytes,
    int cudaVersion) {

  /**
   * Finds a device that can run the kernels of this build. Otherwise throws {@link
   * CudaUnavailableException}, which gives the reason in one sentence.
   */
  public static CudaDevice find(int ordinal) {
    if (!CudaModule.isPresent()) {
      throw new CudaUnavailableException(KernelBuild.NO_KERNELS);
    }
    int count = count();
    if (ordinal >= count) {
      throw new CudaUnavailableException(
          "Cannot use GPU %d: the driver shows %d, numbered from 0. Set gpu.device"
              .formatted(ordinal, count));
    }
    CudaDevice device = describe(ordinal);
    KernelBuild.read()
        .objection(device)
        .ifPresent(
            why -> {
              throw new CudaUnavailableException(why);
            });
    return device;
  }

  /** The compute capability, such as {@code 9.0}. */
  public String capabilityText() {
    return KernelBuild.text(capability);
  }

  /** As {@link #cudaVersionText} of this host's driver; empty if it shows no GPU. */
  public static Optional<String> driverVersionText() {
    return visible() == 0 ? Optional.empty() : Optional.of(describe(0).cudaVersionText());
  }

  /** The newest CUDA that the driver supports, such as {@code 13.0}. */
  public String cudaVersionText() {
    return cudaVersion / 1000 + "." + cudaVersion % 1000 / 10;
  }

  /**
   * The number of devices that the driver shows; 0 if none can be used or the build has no kernels.
   */
  public static int visible() {
    try {
      return CudaModule.isPresent() ? count() : 0;
    } catch (CudaUnavailableException e) {
      return 0;
    }
  }

  private static int count() {
    try {
      JcudaNatives.load();
      cuInit(0);
      int[] count = new int[1];
      cuDeviceGetCount(count);
      if (count[0] == 0) {
        throw new CudaUnavailableException("Cannot use the GPU: the driver shows no GPU");
      }
      return count[0];
    } catch (UnsatisfiedLinkError | NoClassDefFoundError e) {
      throw new CudaUnavailableException(
          "Cannot use the GPU: there is no NVIDIA driver (libcuda.so.1) on this host", e);
    } catch (CudaException e) {
      throw new CudaUnavailableException(
          "Cannot use the GPU: the NVIDIA driver doesn't start (%s)".formatted(e.getMessage()), e);
    }
  }

  private static CudaDevice describe(int ordinal) {
    CUdevice device = handle(ordinal);
    byte[] name = new byte[256];
    cuDeviceGetName(name, name.length, device);
    long[] memory = new long[1];
    cuDeviceTotalMem(memory, device);
    int[] version = new int[1];
    cuDriverGetVersion(version);
    int length = 0;
    while (length < name.length && name[length] != 0) {
      length++;
    }
    return new CudaDevice(
        ordinal,
        uuid(device),
        new String(name, 0, length, StandardCharsets.US_ASCII),
        10 * attribute(device, CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR)
            + attribute(device, CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR),
        attribute(device, CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT),
        memory[0],
        version[0]);
  }

  private static String uuid(CUdevice device) {
    CUuuid uuid = new CUuuid();
    cuDeviceGetUuid(uuid, device);
    return uuidText(uuid.bytes);
  }

  /** Formats the 16 bytes of a UUID. */
  static String uuidText(byte[] bytes) {
    String digits = HexFormat.of().formatHex(bytes);
    return "GPU-"
        + String.join(
            "-",
            digits.substring(0, 8),
            digits.substring(8, 12),
            digits.substring(12, 16),
            digits.substring(16, 20),
            digits.substring(20));
  }

  static CUdevice handle(int ordinal) {
    CUdevice device = new CUdevice();
    cuDeviceGet(device, ordinal);
    return device;
  }

  private static int attribute(CUdevice device, int attribute) {
    int[] value = new int[1];
    cuDeviceGetAttribute(value, attribute, device);
    return value[0];
  }
}
