package org.splatline.gpu.verdict;

/** How a scene's attempt ended. The names are stable: they stand in the tables. */
public enum Verdict {
  OK(false, WhoFixes.NOBODY),
  /** Done, with less than it could be: what its detail says. */
  DEGRADED(false, WhoFixes.PHOTOGRAPHER),
  FEW_IMAGES(false, WhoFixes.PHOTOGRAPHER),
  UNREADABLE_IMAGES(false, WhoFixes.PHOTOGRAPHER),
  /** A folder, picture or camera model that Splatline can't take. */
  UNSUPPORTED_INPUT(false, WhoFixes.PHOTOGRAPHER),
  /** An archive or a name made to harm who reads it. */
  HOSTILE_INPUT(false, WhoFixes.PHOTOGRAPHER),
  TOO_LARGE(false, WhoFixes.PHOTOGRAPHER),
  NO_MATCHES(false, WhoFixes.PHOTOGRAPHER),
  NO_MODEL(false, WhoFixes.PHOTOGRAPHER),
  /** The photographs fall into groups that don't overlap. */
  SPLIT_MODEL(false, WhoFixes.PHOTOGRAPHER),
  LOW_REGISTRATION(false, WhoFixes.PHOTOGRAPHER),
  HIGH_REPROJECTION(false, WhoFixes.PHOTOGRAPHER),
  TIMEOUT(true, WhoFixes.OPERATOR),
  /** COLMAP neither wrote a line nor used its processors for long. */
  STALLED(true, WhoFixes.OPERATOR),
  OUT_OF_MEMORY(true, WhoFixes.OPERATOR),
  TOOL_CRASH(true, WhoFixes.DEVELOPER),
  TOOL_MISSING(false, WhoFixes.OPERATOR),
  TOOL_INCOMPATIBLE(false, WhoFixes.OPERATOR),
  DISK_FULL(true, WhoFixes.OPERATOR),
  /** A file became another one while it was read. */
  INPUT_CHANGED(true, WhoFixes.PHOTOGRAPHER),
  CANCELLED(true, WhoFixes.NOBODY),
  /** A fault of ours or of the machine. */
  INTERNAL(true, WhoFixes.DEVELOPER);

  /** Who can do something about it. */
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

  /** Whether the same input may do better another time or elsewhere. */
  public boolean retryable() {
    return retryable;
  }

  public WhoFixes whoFixes() {
    return whoFixes;
  }
}
