package org.splatline.pipeline.run;

import static org.splatline.gpu.Checks.checkArgument;

import java.time.Duration;
import java.util.Optional;
import org.splatline.gpu.verdict.Verdict;

/**
 * Whether a scene is tried again in the same invocation: after faults of the machine, that another
 * minute or host may not have. A tool that is missing or crashes waits for the operator.
 *
 * @param maxAttempts tries at a scene in one invocation, at least 1
 */
public record RetryPolicy(int maxAttempts) {
  private static final Duration FIRST = Duration.ofSeconds(5);
  private static final Duration LATER = Duration.ofSeconds(30);

  public RetryPolicy {
    checkArgument(maxAttempts >= 1, "Invalid attempts: %s is not at least 1", maxAttempts);
  }

  /**
   * How long to wait before the next try; empty: none.
   *
   * @param attempts tries so far in this invocation, the one that ended so included
   */
  public Optional<Duration> delay(Verdict verdict, int attempts) {
    if (attempts >= maxAttempts || !isOfMachine(verdict)) {
      return Optional.empty();
    }
    return Optional.of(attempts <= 1 ? FIRST : LATER);
  }

  private static boolean isOfMachine(Verdict verdict) {
    return switch (verdict) {
      case TOOL_CRASH, TOOL_MISSING, TOOL_INCOMPATIBLE, CANCELLED -> false;
      case OK,
          DEGRADED,
          FEW_IMAGES,
          UNREADABLE_IMAGES,
          UNSUPPORTED_INPUT,
          HOSTILE_INPUT,
          TOO_LARGE,
          NO_MATCHES,
          NO_MODEL,
          SPLIT_MODEL,
          LOW_REGISTRATION,
          HIGH_REPROJECTION,
          TIMEOUT,
          STALLED,
          OUT_OF_MEMORY,
          DISK_FULL,
          INPUT_CHANGED,
          INTERNAL ->
          verdict.retryable();
    };
  }
}
