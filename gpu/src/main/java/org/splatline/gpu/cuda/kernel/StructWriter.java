package org.splatline.gpu.cuda.kernel;

import java.nio.ByteBuffer;
import org.splatline.gpu.cuda.device.DevicePointer;

/** Writes the members of a struct where C places them: each at a multiple of its own size. */
final class StructWriter {
  private final ByteBuffer buffer;
  private int start;
  private int end;
  private int alignment;

  StructWriter(ByteBuffer buffer) {
    this.buffer = buffer;
  }

  /** Writes a struct at {@code offset} of the buffer and returns its size in bytes. */
  int write(StructArgument struct, int offset) {
    start = offset;
    end = offset;
    alignment = 1;
    struct.write(this);
    return aligned(end - start, alignment);
  }

  private static int aligned(int bytes, int alignment) {
    return (bytes + alignment - 1) / alignment * alignment;
  }

  /** Where the next member of {@code size} bytes goes. */
  private int place(int size) {
    int at = start + aligned(end - start, size);
    end = at + size;
    alignment = Math.max(alignment, size);
    return at;
  }

  StructWriter and(int value) {
    buffer.putInt(place(Integer.BYTES), value);
    return this;
  }

  StructWriter and(float value) {
    buffer.putFloat(place(Float.BYTES), value);
    return this;
  }

  StructWriter and(DevicePointer pointer) {
    buffer.putLong(place(Long.BYTES), pointer.address());
    return this;
  }

  StructWriter and(int[] values) {
    for (int value : values) {
      and(value);
    }
    return this;
  }

  StructWriter and(float[] values) {
    for (float value : values) {
      and(value);
    }
    return this;
  }
}
