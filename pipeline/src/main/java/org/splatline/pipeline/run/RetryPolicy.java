package org.splatline.pipeline.run;

import static org.splatline.gpu.Checks.checkArgument;

import java.time.Duration;
import java.util.Optional;
import org.splatline.gpu.verdict.Verdict;

/**
 * Whether a scene is tried again in the same invocation. That is so after faults of the machine,
 * which may be gone in a minute or on another host. A tool that is missing or crashes needs the
 * operator first.
 *
 * @param maxAttempts tries per scene in one invocation, at least 1
 */
record RetryPolicy(int maxAttempts) {
  private static final Duration FIRST = Duration.ofSeconds(5);
  private static final Duration LATER = Duration.ofSeconds(30);

  RetryPolicy {
    checkArgument(maxAttempts >= 1, "Invalid attempts: %s is not at least 1", maxAttempts);
  }

  /**
   * How long to wait before the next try; empty: there is no next try.
   *
   * @param attempts tries so far in this invocation, including the one that ended with {@code
   *     verdict}
   */
  Optional<Duration> delay(Verdict verdict, int attempts) {
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
