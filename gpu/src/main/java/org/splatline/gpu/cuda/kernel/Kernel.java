package org.splatline.gpu.cuda.kernel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import jcuda.Pointer;
import jcuda.driver.CUfunction;
import org.splatline.gpu.cuda.device.CudaModule;
import org.splatline.gpu.cuda.device.DevicePointer;
import org.splatline.gpu.cuda.device.DeviceStream;
import org.splatline.gpu.cuda.device.Launch;

/**
 * A kernel of the module with room for its arguments. The first launch creates pointers to them;
 * later launches only write values. Not thread-safe.
 */
abstract class Kernel {
  private static final int ARGUMENT_BYTES = 1024;

  private final String name;
  private final CUfunction function;
  private final int threadsX;
  private final int threadsY;
  private final ByteBuffer values =
      ByteBuffer.allocateDirect(ARGUMENT_BYTES).order(ByteOrder.nativeOrder());
  private final StructWriter structs = new StructWriter(values);
  private final List<Integer> offsets = new ArrayList<>();
  private Pointer pointers;
  private int position;

  Kernel(CudaModule module, String name, int threads) {
    this(module, name, threads, 1);
  }

  Kernel(CudaModule module, String name, int threadsX, int threadsY) {
    this.name = name;
    this.function = module.function(name);
    this.threadsX = threadsX;
    this.threadsY = threadsY;
  }

  /** Starts a list of arguments. */
  final Kernel with() {
    position = 0;
    return this;
  }

  final Kernel and(int value) {
    values.putInt(slot(Integer.BYTES), value);
    return this;
  }

  final Kernel and(float value) {
    values.putFloat(slot(Float.BYTES), value);
    return this;
  }

  final Kernel and(long value) {
    values.putLong(slot(Long.BYTES), value);
    return this;
  }

  final Kernel and(DevicePointer pointer) {
    return and(pointer.address());
  }

  final Kernel and(StructArgument struct) {
    slot(structs.write(struct, position));
    return this;
  }

  private int slot(int bytes) {
    int offset = position;
    position += (bytes + 7) & ~7;
    if (pointers == null) {
      offsets.add(offset);
    }
    return offset;
  }

  /** Launches with the arguments listed since {@link #with}. Does not wait. */
  final void on(DeviceStream stream, Grid grid) {
    if (pointers == null) {
      Pointer base = Pointer.to(values);
      pointers = Pointer.to(offsets.stream().map(base::withByteOffset).toArray(Pointer[]::new));
    }
    stream.launch(
        new Launch(name, function, grid.x(), grid.y(), grid.z(), threadsX, threadsY, pointers));
  }
}
