package org.splatline.pipeline.input;

import static org.splatline.gpu.Checks.checkArgument;

import java.io.Serializable;

/**
 * What becomes of photographs that help little: configuration {@code input.photographs}.
 *
 * @param blurred what is done with blurred ones
 * @param blurredBelow share of the scene's median sharpness below which one counts as blurred, [0,
 *     1)
 * @param duplicates what is done with ones that look like an earlier one
 */
public record PhotographRules(Rule blurred, double blurredBelow, Rule duplicates)
    implements Serializable {

  /** What is done with a photograph. */
  public enum Rule {
    /** It is used, and said to be such. */
    FLAG,
    /** It is left out. */
    DROP
  }

  public PhotographRules {
    checkArgument(
        0 <= blurredBelow && blurredBelow < 1,
        "Invalid input.photographs.blurred-below: %s is not in [0, 1)",
        blurredBelow);
  }
}
