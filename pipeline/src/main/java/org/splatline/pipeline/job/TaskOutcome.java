package org.splatline.pipeline.job;

import java.io.Serializable;
import org.splatline.gpu.scene.SceneException;
import org.splatline.gpu.scene.Verdict;

/**
 * What a task says of its scene. A refusal is the scene's and no failure of the task: Spark would
 * retry it.
 *
 * @param detail one sentence; empty when OK
 */
record TaskOutcome(Verdict verdict, String detail) implements Serializable {
  static TaskOutcome done() {
    return new TaskOutcome(Verdict.OK, "");
  }

  static TaskOutcome refused(SceneException refusal) {
    return new TaskOutcome(refusal.verdict(), refusal.getMessage());
  }

  /** Throws the refusal, on the driver. */
  void orThrow() {
    if (verdict != Verdict.OK) {
      throw new SceneException(verdict, detail);
    }
  }
}
