package org.splatline.gpu.backend;

import static org.splatline.gpu.Checks.checkArgument;

/**
 * How one training step uses the gradients of its view. Adam may step every view, or once with the
 * sum of the gradients of several views. A sum has less noise than the gradient of one view, and
 * Adam runs less often.
 *
 * @param bands of bands 1 to 3 of the spherical harmonics
 * @param others of all other parameters; if they are added up, the bands must be too
 */
public record Accumulation(Group bands, Group others) {
  /** Everything steps with the gradients of this view. */
  public static final Accumulation NONE = new Accumulation(Group.EACH_VIEW, Group.EACH_VIEW);

  /** What happens to the gradients of a group of parameters. */
  public enum Use {
    /** Adam steps with them. */
    STEP,
    /** They are added to the sums. */
    ADD,
    /** They are added to the sums, then Adam steps with the sums, which become zero. */
    ADD_AND_STEP
  }

  /**
   * A group of parameters.
   *
   * @param since the last step at which Adam stepped; 0 before the first one. With {@link
   *     Use#ADD_AND_STEP}, Gaussians that no view has shown since then stay as they are
   * @param updates how often Adam has stepped, this time included; at least 1. Its bias correction
   *     uses it. Unused with {@link Use#STEP}: then the number of the step counts
   */
  public record Group(Use use, int since, int updates) {
    static final Group EACH_VIEW = new Group(Use.STEP, 0, 1);

    public Group {
      checkArgument(since >= 0, "Invalid step of the last update: %s is negative", since);
      checkArgument(updates >= 1, "Invalid number of updates: %s is not at least 1", updates);
    }
  }

  public Accumulation {
    checkArgument(
        others.use() == Use.STEP || bands.use() != Use.STEP,
        "Invalid accumulation: bands step with each view, but other parameters do not");
  }

  /** Whether nothing is added up. */
  public boolean isNone() {
    return bands.use() == Use.STEP;
  }

  /** Whether the sums are zero after the step. */
  public boolean endsEmpty() {
    return bands.use() != Use.ADD && others.use() != Use.ADD;
  }
}
