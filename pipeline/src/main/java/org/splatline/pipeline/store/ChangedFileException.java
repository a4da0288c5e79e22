package org.splatline.pipeline.store;

/**
 * A file isn't the one that was listed: someone replaced or deleted it meanwhile. To list again and
 * read what is there now is another matter than to try again.
 */
public final class ChangedFileException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private ChangedFileException(String message, Throwable cause) {
    super(message, cause);
  }

  /** It has another version than the one that was listed. */
  static ChangedFileException replaced(String uri, String listed, String found, Throwable cause) {
    return of(
        uri, "it was listed as version %s and is version %s now".formatted(listed, found), cause);
  }

  /** It is no longer there. */
  static ChangedFileException gone(String uri, String listed, Throwable cause) {
    return of(uri, "it was listed as version %s and is gone now".formatted(listed), cause);
  }

  private static ChangedFileException of(String uri, String why, Throwable cause) {
    return new ChangedFileException(
        "Cannot read %s: %s. Run it again once nobody changes the files".formatted(uri, why),
        cause);
  }
}
