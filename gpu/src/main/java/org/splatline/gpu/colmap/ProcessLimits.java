package org.splatline.gpu.colmap;

import static org.splatline.gpu.Checks.checkArgument;

import java.time.Duration;

/**
 * How long a command may go on.
 *
 * @param timeout from its start
 * @param stall without a line of output and without using a processor
 */
public record ProcessLimits(Duration timeout, Duration stall) {
  public ProcessLimits {
    checkArgument(timeout.toMillis() > 0, "Invalid time limit: %s is not above 0", timeout);
    checkArgument(stall.toMillis() > 0, "Invalid stall limit: %s is not above 0", stall);
  }

  /** No other limit than this. */
  public static ProcessLimits of(Duration timeout) {
    return new ProcessLimits(timeout, timeout);
  }
}
