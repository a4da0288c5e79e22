package org.splatline.gpu.colmap;

/** COLMAP's database cannot be read or written, or is not as we know it; says why in a sentence. */
public final class FeatureDatabaseException extends RuntimeException {
  private static final long serialVersionUID = 1;

  FeatureDatabaseException(String message) {
    super(message);
  }

  FeatureDatabaseException(String message, Throwable cause) {
    super(message, cause);
  }
}
