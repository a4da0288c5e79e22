package org.splatline.pipeline.report;

import java.util.List;

/**
 * The findings of {@code verify}.
 *
 * @param rows number of rows that were checked
 * @param files number of stored files that were checked
 * @param orphans files without a row. They are no fault but take space
 */
public record Verification(
    int schemaVersion, long rows, long files, List<Fault> faults, List<Orphan> orphans) {

  public Verification {
    faults = List.copyOf(faults);
    orphans = List.copyOf(orphans);
  }

  /**
   * One disagreement between tables and store.
   *
   * @param what one sentence, and what to do
   */
  public record Fault(Kind kind, String runId, String sceneId, String what) {}

  /** The kinds of disagreement. */
  public enum Kind {
    /** Rows of a group are not in a table. */
    LOST_ROWS,
    /** A scene's answer in the store has no row. */
    UNCOMMITTED,
    /** A published row has no answer in the store. */
    LOST_ANSWER,
    /** A model's file is missing, or has another length or content. */
    WRONG_FILE,
    /** A key has two rows. */
    DOUBLE_ROW
  }

  /** Files that no row refers to. */
  public record Orphan(String uri, long bytes, String why) {}
}
