package org.splatline.gpu.cuda;

import java.util.IdentityHashMap;
import org.splatline.gpu.backend.Target;
import org.splatline.gpu.cuda.device.DeviceMemory;
import org.splatline.gpu.cuda.device.DeviceStream;
import org.splatline.gpu.cuda.device.MemoryAccount;
import org.splatline.gpu.cuda.device.PinnedMemory;
import org.splatline.gpu.cuda.kernel.CameraArgument;
import org.splatline.gpu.picture.KeptPicture;

/**
 * Brings photographs to the device to reduce them. Those that are reduced now and may be needed in
 * a larger size later stay there as they are while there is room, so that a later phase need not
 * bring them again.
 */
final class Originals implements AutoCloseable {
  private final MemoryAccount account;
  private final PictureReducer reducer;
  private final DeviceStream stream;
  private final IdentityHashMap<KeptPicture, DeviceMemory> held = new IdentityHashMap<>();
  private long room;
  private long bytes;

  /** {@code stream} is the trainer's. */
  Originals(MemoryAccount account, PictureReducer reducer, DeviceStream stream) {
    this.account = account;
    this.reducer = reducer;
    this.stream = stream;
  }

  /** Bytes on the device now. */
  long bytes() {
    return bytes;
  }

  /** Keeps at most {@code most} bytes from now on. */
  void limit(long most) {
    room = most;
    if (bytes > room) {
      close();
    }
  }

  /** Writes a target's photograph in training size, and waits. */
  void reduce(Target target, PinnedMemory staging, DeviceMemory planes) {
    KeptPicture picture = target.picture();
    DeviceMemory whole = take(picture, staging);
    try {
      reducer.reduce(stream, picture, CameraArgument.of(target.camera()), whole, planes);
      stream.synchronize();
    } catch (RuntimeException e) {
      whole.close();
      throw e;
    }
    if (MemoryPlan.isReduced(target) && bytes + whole.bytes() <= room) {
      held.put(picture, whole);
      bytes += whole.bytes();
    } else {
      whole.close();
    }
  }

  private DeviceMemory take(KeptPicture picture, PinnedMemory staging) {
    DeviceMemory here = held.remove(picture);
    if (here != null) {
      bytes -= here.bytes();
      return here;
    }
    DeviceMemory whole = new DeviceMemory(account, picture.bytes());
    try {
      picture.read(staging.buffer());
      stream.upload(staging, whole, picture.bytes());
      return whole;
    } catch (RuntimeException e) {
      whole.close();
      throw e;
    }
  }

  @Override
  public void close() {
    held.values().forEach(DeviceMemory::close);
    held.clear();
    bytes = 0;
  }
}
