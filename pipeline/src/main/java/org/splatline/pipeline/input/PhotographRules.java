package org.splatline.pipeline.input;

import static org.splatline.gpu.Checks.checkArgument;

import java.io.Serializable;

/**
 * What is done with photographs that add little: configuration {@code input.photographs}.
 *
 * @param blurred for blurred photographs
 * @param blurredBelow share of the scene's median sharpness below which a photograph counts as
 *     blurred, [0, 1)
 * @param duplicates for photographs that look like an earlier one
 */
public record PhotographRules(Rule blurred, double blurredBelow, Rule duplicates)
    implements Serializable {

  /** What is done with a photograph. */
  public enum Rule {
    /** It is used, and the tables say what it is. */
    FLAG,
    /** It is not used. */
    DROP
  }

  public PhotographRules {
    checkArgument(
        0 <= blurredBelow && blurredBelow < 1,
        "Invalid input.photographs.blurred-below: %s is not in [0, 1)",
        blurredBelow);
  }
}
