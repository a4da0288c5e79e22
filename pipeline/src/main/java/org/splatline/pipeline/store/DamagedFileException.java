package org.splatline.pipeline.store;

/** A stored file that isn't whole, for example after a disk error. The message names it. */
public final class DamagedFileException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  DamagedFileException(String file, int bytes, Throwable cause) {
    super(
        "Cannot read %s: it is damaged, its %d bytes are not whole JSON".formatted(file, bytes),
        cause);
  }
}
