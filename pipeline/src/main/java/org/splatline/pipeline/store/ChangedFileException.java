package org.splatline.pipeline.store;

/**
 * A file was replaced or deleted after it was listed. A retry of the same read can't help; the
 * caller has to list the files again.
 */
public final class ChangedFileException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private ChangedFileException(String message, Throwable cause) {
    super(message, cause);
  }

  /** The file has another version than the listed one. */
  static ChangedFileException replaced(String uri, String listed, String found, Throwable cause) {
    return of(
        uri, "it was listed as version %s and is version %s now".formatted(listed, found), cause);
  }

  /** The file no longer exists. */
  static ChangedFileException gone(String uri, String listed, Throwable cause) {
    return of(uri, "it was listed as version %s and is gone now".formatted(listed), cause);
  }

  private static ChangedFileException of(String uri, String why, Throwable cause) {
    return new ChangedFileException(
        "Cannot read %s: %s. Run it again once nobody changes the files".formatted(uri, why),
        cause);
  }
}
