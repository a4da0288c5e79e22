package org.splatline.gpu.geo;

/** What came of aligning a model to the earth. */
public sealed interface AlignmentOutcome {

  /** It lies there. */
  record Aligned(GeoAlignment alignment) implements AlignmentOutcome {}

  /**
   * It can't be said where it lies.
   *
   * @param why a clause with its figures, for the middle of a sentence
   */
  record Unaligned(Reason reason, String why) implements AlignmentOutcome {

    /** «Cannot align scene …: why. What to do.» */
    public String message(String sceneId) {
      return "Cannot align scene %s to east-north-up: %s. %s"
          .formatted(sceneId, why, reason.advice());
    }
  }

  /** Why a model isn't aligned. */
  enum Reason {
    FEW_POSITIONS("Take photographs with GPS switched on, or use the model's own frame."),
    ONE_PLACE("Photograph from places farther apart than GPS errs."),
    ON_A_LINE("Add photographs from beside the line."),
    NO_AGREEMENT("Check the photographs' GPS positions, or allow a larger distance.");

    private final String advice;

    Reason(String advice) {
      this.advice = advice;
    }

    /** A sentence. */
    public String advice() {
      return advice;
    }
  }
}
