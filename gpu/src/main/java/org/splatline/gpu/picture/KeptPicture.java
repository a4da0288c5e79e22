package org.splatline.gpu.picture;

import java.nio.ByteBuffer;

/**
 * A decoded photograph, wherever its pixels are: a {@link Picture}, or one in a {@link
 * PictureFile}.
 */
public interface KeptPicture {
  int width();

  int height();

  /** 3 (RGB) or 4 (RGBA). */
  int channels();

  /** Whether there is a mask. */
  boolean isMasked();

  /** CRC-32C of the pixels and the mask. */
  long checksum();

  /** The picture on the heap. Do not change its arrays. */
  Picture load();

  /** Puts all pixels, then the mask, {@link #bytes} in all. */
  void read(ByteBuffer into);

  /** Number of channels, plus one for a mask. */
  default int planes() {
    return channels() + (isMasked() ? 1 : 0);
  }

  /** Bytes of the pixels and the mask together. */
  default int bytes() {
    return Math.multiplyExact(width() * height(), planes());
  }
}
