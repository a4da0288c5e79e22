package org.splatline.gpu.colmap;

import static org.splatline.gpu.Checks.checkArgument;

import java.time.Duration;

/**
 * The time limits of a command.
 *
 * @param timeout longest time since its start
 * @param stall longest time without a line of output and without processor use
 */
public record ProcessLimits(Duration timeout, Duration stall) {
  public ProcessLimits {
    checkArgument(timeout.toMillis() > 0, "Invalid time limit: %s is not above 0", timeout);
    checkArgument(stall.toMillis() > 0, "Invalid stall limit: %s is not above 0", stall);
  }

  /** Limits with only a timeout. */
  public static ProcessLimits of(Duration timeout) {
    return new ProcessLimits(timeout, timeout);
  }
}
