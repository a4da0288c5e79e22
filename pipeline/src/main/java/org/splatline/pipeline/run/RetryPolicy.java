package org.splatline.pipeline.run;

import static org.splatline.gpu.Checks.checkArgument;

import org.splatline.gpu.verdict.Verdict;

/**
 * Whether a scene is tried again in the same invocation: only where something is different then.
 * When photographs changed while they were read they are listed anew. What failed because of a
 * machine, Spark itself has tried several times already, and COLMAP has run again with fewer
 * threads.
 *
 * @param maxAttempts tries per scene in one invocation, at least 1
 */
record RetryPolicy(int maxAttempts) {
  RetryPolicy {
    checkArgument(maxAttempts >= 1, "Invalid attempts: %s is not at least 1", maxAttempts);
  }

  /**
   * @param verdict of the last try
   * @param tries so far in this invocation, including that one
   */
  boolean again(Verdict verdict, int tries) {
    return verdict == Verdict.INPUT_CHANGED && tries < maxAttempts;
  }
}
