package org.splatline.pipeline.run;

import static org.splatline.gpu.Checks.checkArgument;

import org.splatline.gpu.verdict.Verdict;
import org.splatline.pipeline.config.Stage;

/**
 * Whether a scene is tried again in the same invocation: only where something is different then.
 * When COLMAP had too little memory it gets half the threads; when photographs changed while they
 * were read they are listed anew. What a machine spoilt Spark itself has tried several times
 * already.
 *
 * @param maxAttempts tries per scene in one invocation, at least 1
 */
record RetryPolicy(int maxAttempts) {
  RetryPolicy {
    checkArgument(maxAttempts >= 1, "Invalid attempts: %s is not at least 1", maxAttempts);
  }

  /**
   * @param verdict of the last try, which ended in {@code stage}
   * @param tries so far in this invocation, including that one
   */
  boolean again(Verdict verdict, String stage, int tries) {
    boolean isDifferent =
        verdict == Verdict.INPUT_CHANGED
            || (verdict == Verdict.OUT_OF_MEMORY && stage.equals(Stage.SFM.word()));
    return isDifferent && tries < maxAttempts;
  }
}
