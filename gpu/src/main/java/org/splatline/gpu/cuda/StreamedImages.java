package org.splatline.gpu.cuda;

import java.util.ArrayList;
import java.util.List;
import org.splatline.gpu.backend.Target;
import org.splatline.gpu.cuda.device.DeviceEvent;
import org.splatline.gpu.cuda.device.DeviceMemory;
import org.splatline.gpu.cuda.device.DeviceStream;
import org.splatline.gpu.cuda.device.MemoryAccount;
import org.splatline.gpu.cuda.device.PinnedMemory;
import org.splatline.gpu.cuda.kernel.CameraArgument;
import org.splatline.gpu.picture.KeptPicture;

/**
 * Keeps photographs on the host and copies each one to the device for its step, through pinned
 * memory and on a separate stream. Steps are launched ahead of the device, so a copy runs while the
 * device works on earlier steps. The number of slots limits how far copies may be ahead.
 */
final class StreamedImages implements TargetImages {
  private static final int SLOTS = 4;

  private final List<Target> targets;
  private final List<CameraArgument> cameras;
  private final PictureReducer reducer;
  private final DeviceStream stream;
  private final List<AutoCloseable> owned = new ArrayList<>();
  private final List<Slot> slots = new ArrayList<>();
  private DeviceStream copies;
  private int current;

  /**
   * Room for one photograph.
   *
   * @param whole the photograph in its original size
   * @param planes the photograph in training size
   * @param copied the point when {@code planes} are complete and {@code host} is free again
   * @param used the point when the step that needs them is done
   */
  private record Slot(
      PinnedMemory host,
      DeviceMemory whole,
      DeviceMemory planes,
      DeviceEvent copied,
      DeviceEvent used) {}

  /** {@code stream} is the trainer's. {@code targets} are kept. */
  StreamedImages(
      MemoryAccount account,
      PictureReducer reducer,
      DeviceStream stream,
      boolean debugSync,
      List<Target> targets) {
    this.targets = List.copyOf(targets);
    this.cameras = targets.stream().map(target -> CameraArgument.of(target.camera())).toList();
    this.reducer = reducer;
    this.stream = stream;
    try {
      copies = own(DeviceStream.independent(debugSync));
      for (int i = 0; i < SLOTS; i++) {
        slots.add(
            new Slot(
                own(new PinnedMemory(largestWhole(targets))),
                own(new DeviceMemory(account, largestWhole(targets))),
                own(new DeviceMemory(account, largestPlanes(targets))),
                own(new DeviceEvent()),
                own(new DeviceEvent())));
      }
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private <T extends AutoCloseable> T own(T part) {
    owned.add(part);
    return part;
  }

  private static long largestWhole(List<Target> targets) {
    return targets.stream().mapToLong(t -> t.picture().bytes()).max().orElse(1);
  }

  private static long largestPlanes(List<Target> targets) {
    return MemoryPlan.largestPlaneBytes(targets);
  }

  /** Bytes of device memory that this class needs, plus the largest picture blurred. */
  static long bytes(List<Target> targets) {
    return SLOTS * (largestWhole(targets) + largestPlanes(targets)) + largestPlanes(targets);
  }

  @Override
  public CameraArgument camera(int index) {
    return cameras.get(index);
  }

  @Override
  public Image acquire(int index) {
    current = (current + 1) % SLOTS;
    Slot slot = slots.get(current);
    KeptPicture picture = targets.get(index).picture();
    slot.copied().await();
    picture.read(slot.host().buffer());
    slot.used().holdBack(copies);
    copies.upload(slot.host(), slot.whole(), picture.bytes());
    reducer.reduce(copies, picture, cameras.get(index), slot.whole(), slot.planes());
    slot.copied().record(copies);
    slot.copied().holdBack(stream);
    return new Image(cameras.get(index), picture, slot.planes());
  }

  @Override
  public void release() {
    slots.get(current).used().record(stream);
  }

  @Override
  public void close() {
    if (copies != null) {
      copies.synchronize();
    }
    CudaModel.closeAll(owned);
  }
}
