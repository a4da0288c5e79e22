package org.splatline.gpu.cuda;

import java.util.ArrayList;
import java.util.List;
import org.splatline.gpu.backend.Target;
import org.splatline.gpu.cuda.device.DeviceMemory;
import org.splatline.gpu.cuda.device.MemoryAccount;
import org.splatline.gpu.cuda.device.PinnedMemory;
import org.splatline.gpu.cuda.kernel.CameraArgument;

/** Keeps all photographs on the device. */
final class ResidentImages implements TargetImages {
  static final TargetImages NONE = new ResidentImages();

  private final List<Image> images = new ArrayList<>();

  private ResidentImages() {}

  ResidentImages(MemoryAccount account, Originals originals, List<Target> targets) {
    int largest = targets.stream().mapToInt(t -> t.picture().bytes()).max().orElse(1);
    try (PinnedMemory staging = new PinnedMemory(largest)) {
      for (Target target : targets) {
        DeviceMemory planes = new DeviceMemory(account, MemoryPlan.planeBytes(target));
        images.add(new Image(CameraArgument.of(target.camera()), target.picture(), planes));
        originals.reduce(target, staging, planes);
      }
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  @Override
  public CameraArgument camera(int index) {
    return images.get(index).camera();
  }

  @Override
  public Image acquire(int index) {
    return images.get(index);
  }

  @Override
  public void release() {}

  @Override
  public void close() {
    images.forEach(image -> image.planes().close());
  }
}
