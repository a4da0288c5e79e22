package org.splatline.gpu.cuda;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A C struct of 4-byte words, as a kernel takes it by value. */
class StructArgument {
  private final byte[] bytes;

  StructArgument(Object... words) {
    ByteBuffer buffer = ByteBuffer.allocate(4 * words.length).order(ByteOrder.nativeOrder());
    for (Object word : words) {
      if (word instanceof Float value) {
        buffer.putFloat(value);
      } else {
        buffer.putInt((Integer) word);
      }
    }
    bytes = buffer.array();
  }

  byte[] bytes() {
    return bytes;
  }
}
