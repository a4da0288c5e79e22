package org.splatline.gpu.train;

import static org.splatline.gpu.Checks.checkArgument;

import java.io.Serializable;

/**
 * One significance prune.
 *
 * @param keep share of the number of Gaussians before the first prune that is kept, in (0, 1]
 */
public record PruneStep(int step, double keep) implements Serializable {
  public PruneStep {
    checkArgument(step > 0, "Invalid prune.schedule: step %s is not above 0", step);
    checkArgument(0 < keep && keep <= 1, "Invalid prune.schedule: keep %s is not in (0, 1]", keep);
  }
}
