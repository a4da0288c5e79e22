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
    /** Rows that were in a table are no longer there. */
    LOST_ROWS,
    /** What an interrupted driver did not do, and the next start of the run does. */
    UNFINISHED,
    /** A published row has no answer in the store. */
    LOST_ANSWER,
    /** A file of the run cannot be read. */
    DAMAGED_FILE,
    /** A file of a model, or of a scene's results, is missing or has another length or content. */
    WRONG_FILE,
    /** A key has two rows. */
    DOUBLE_ROW
  }

  /** Files that no row refers to. */
  public record Orphan(String uri, long bytes, String why) {}
}
