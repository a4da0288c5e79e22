package org.splatline.gpu.train;

import static org.splatline.gpu.Checks.checkArgument;

import java.io.Serializable;
import java.time.Duration;

/**
 * When checkpoints are written.
 *
 * @param minInterval least time between two checkpoints
 * @param keep how many of the newest files are kept
 */
public record CheckpointConfig(int everySteps, Duration minInterval, int keep)
    implements Serializable {
  public CheckpointConfig {
    checkArgument(everySteps > 0, "Invalid checkpoint.every-steps: %s is not above 0", everySteps);
    checkArgument(
        !minInterval.isNegative(), "Invalid checkpoint.min-interval: %s is negative", minInterval);
    checkArgument(keep >= 1, "Invalid checkpoint.keep: %s is not at least 1", keep);
  }
}
