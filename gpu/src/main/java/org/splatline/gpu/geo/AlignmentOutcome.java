package org.splatline.gpu.geo;

/** The result of aligning a model to the earth. */
public sealed interface AlignmentOutcome {

  /** The model is aligned. */
  record Aligned(GeoAlignment alignment) implements AlignmentOutcome {}

  /**
   * The model cannot be aligned.
   *
   * @param why a clause with its figures, for the middle of a sentence
   */
  record Unaligned(Reason reason, String why) implements AlignmentOutcome {

    /** The message: "Cannot align scene …: why. What to do." */
    public String message(String sceneId) {
      return "Cannot align scene %s to east-north-up: %s. %s"
          .formatted(sceneId, why, reason.advice());
    }
  }

  /** Reasons why a model is not aligned. */
  enum Reason {
    FEW_POSITIONS("Take photographs with GPS switched on, or use the model's own frame."),
    ONE_PLACE("Take photographs from places that are farther apart than the GPS error."),
    ON_A_LINE("Add photographs from places beside the line."),
    NO_AGREEMENT("Check the photographs' GPS positions, or allow a larger distance.");

    private final String advice;

    Reason(String advice) {
      this.advice = advice;
    }

    /** A sentence that says what to do. */
    public String advice() {
      return advice;
    }
  }
}
