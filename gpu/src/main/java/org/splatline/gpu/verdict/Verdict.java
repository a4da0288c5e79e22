package org.splatline.gpu.verdict;

/** How an attempt at a scene ended. The names are stored in the tables and never change. */
public enum Verdict {
  /** The scene is done. */
  OK(false, WhoFixes.NOBODY),
  /** The scene is done, but the model uses only part of the photographs; see the detail. */
  DEGRADED(false, WhoFixes.PHOTOGRAPHER),
  /** There are fewer readable photographs than required. */
  FEW_IMAGES(false, WhoFixes.PHOTOGRAPHER),
  /** No file, or not this one, can be read as a photograph. */
  UNREADABLE_IMAGES(false, WhoFixes.PHOTOGRAPHER),
  /** A folder, image, archive or camera model is not supported. */
  UNSUPPORTED_INPUT(false, WhoFixes.PHOTOGRAPHER),
  /** An archive, a file or its name could harm the program that reads it, or did. */
  HOSTILE_INPUT(false, WhoFixes.PHOTOGRAPHER),
  /**
   * There are more files, pixels or bytes than the limits allow, or reading them takes too much.
   */
  TOO_LARGE(false, WhoFixes.PHOTOGRAPHER),
  /** No two photographs show the same thing. */
  NO_MATCHES(false, WhoFixes.PHOTOGRAPHER),
  /** COLMAP found no model, or there is none in the scene. */
  NO_MODEL(false, WhoFixes.PHOTOGRAPHER),
  /** The photographs form groups that do not overlap. */
  SPLIT_MODEL(false, WhoFixes.PHOTOGRAPHER),
  /** COLMAP found a camera for too few of the photographs. */
  LOW_REGISTRATION(false, WhoFixes.PHOTOGRAPHER),
  /** The cameras that were found do not fit the photographs. */
  HIGH_REPROJECTION(false, WhoFixes.PHOTOGRAPHER),
  /** A stage or a COLMAP command took longer than its limit. */
  TIMEOUT(true, WhoFixes.OPERATOR),
  /** For a long time COLMAP wrote no line and used no processor. */
  STALLED(true, WhoFixes.OPERATOR),
  /** The memory of the JVM, of COLMAP or of the GPU was too small. */
  OUT_OF_MEMORY(true, WhoFixes.OPERATOR),
  /** COLMAP ended without a known reason. */
  TOOL_CRASH(true, WhoFixes.DEVELOPER),
  /** COLMAP or another program is missing. */
  TOOL_MISSING(false, WhoFixes.OPERATOR),
  /** A program or file has an unknown version. */
  TOOL_INCOMPATIBLE(false, WhoFixes.OPERATOR),
  /** The disk is full where COLMAP works. */
  DISK_FULL(true, WhoFixes.OPERATOR),
  /** A file changed or disappeared while it was read. */
  INPUT_CHANGED(true, WhoFixes.PHOTOGRAPHER),
  /** Someone cancelled it. */
  CANCELLED(true, WhoFixes.NOBODY),
  /** An internal error, or a machine fault. */
  INTERNAL(true, WhoFixes.DEVELOPER);

  /** Who can fix the cause. */
  public enum WhoFixes {
    NOBODY,
    PHOTOGRAPHER,
    OPERATOR,
    DEVELOPER
  }

  private final boolean retryable;
  private final WhoFixes whoFixes;

  Verdict(boolean retryable, WhoFixes whoFixes) {
    this.retryable = retryable;
    this.whoFixes = whoFixes;
  }

  /** Whether there is a model. */
  public boolean isDone() {
    return this == OK || this == DEGRADED;
  }

  /** Whether the same input may succeed later or on another machine. */
  public boolean retryable() {
    return retryable;
  }

  public WhoFixes whoFixes() {
    return whoFixes;
  }
}
