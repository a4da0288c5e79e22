package org.splatline.pipeline.report;

import java.util.List;

/**
 * What {@code verify} found.
 *
 * @param rows of the tables that were looked at
 * @param files of the store that were looked at
 * @param orphans what no row speaks of: no fault, but room
 */
public record Verification(
    int schemaVersion, long rows, long files, List<Fault> faults, List<Orphan> orphans) {

  public Verification {
    faults = List.copyOf(faults);
    orphans = List.copyOf(orphans);
  }

  /**
   * One thing that doesn't agree.
   *
   * @param what one sentence, with what to do
   */
  public record Fault(Kind kind, String runId, String sceneId, String what) {}

  /** What can disagree. */
  public enum Kind {
    /** Rows of a group are not in a table. */
    LOST_ROWS,
    /** A scene's answer in the store has no row. */
    UNCOMMITTED,
    /** A published row has no answer in the store. */
    LOST_ANSWER,
    /** A model's file is missing, or of another length or content. */
    WRONG_FILE,
    /** A key stands twice. */
    DOUBLE_ROW
  }

  /** Files that nothing refers to. */
  public record Orphan(String uri, long bytes, String why) {}
}
