package org.splatline.gpu.cuda;

import java.util.ArrayList;
import java.util.List;
import org.splatline.gpu.backend.Target;
import org.splatline.gpu.cuda.device.DeviceMemory;
import org.splatline.gpu.cuda.device.DeviceStream;
import org.splatline.gpu.cuda.device.MemoryAccount;
import org.splatline.gpu.cuda.kernel.CameraArgument;

/** Keeps all photographs on the device. */
final class ResidentImages implements TargetImages {
  private final List<Image> images = new ArrayList<>();

  ResidentImages(
      MemoryAccount account, PictureReducer reducer, DeviceStream stream, List<Target> targets) {
    long largest = targets.stream().mapToLong(t -> t.picture().bytes()).max().orElse(0);
    try (DeviceMemory whole = new DeviceMemory(account, largest)) {
      for (Target target : targets) {
        DeviceMemory planes = new DeviceMemory(account, MemoryPlan.planeBytes(target));
        CameraArgument camera = CameraArgument.of(target.camera());
        images.add(new Image(camera, target.picture(), planes));
        whole.upload(0, target.picture().pixels());
        whole.upload(target.picture().pixels().length, target.picture().mask());
        reducer.reduce(stream, target.picture(), camera, whole, planes);
        stream.synchronize();
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
