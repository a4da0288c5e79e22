package org.splatline.pipeline.job;

import java.io.Serializable;
import org.splatline.gpu.scene.SceneException;
import org.splatline.gpu.scene.Verdict;

/**
 * What a task says of its scene. A refusal is the scene's and no failure of the task: Spark would
 * retry it.
 *
 * @param detail one sentence; empty when OK
 * @param gpuUse of its JVM so far; null: it holds none
 */
record TaskOutcome(Verdict verdict, String detail, GpuUse gpuUse) implements Serializable {
  static TaskOutcome done() {
    return new TaskOutcome(Verdict.OK, "", GpuUse.ofThisProcess());
  }

  static TaskOutcome refused(SceneException refusal) {
    return refused(refusal.verdict(), refusal.getMessage());
  }

  static TaskOutcome refused(Verdict verdict, String detail) {
    return new TaskOutcome(verdict, detail, GpuUse.ofThisProcess());
  }

  /** Throws the refusal, on the driver. */
  void orThrow() {
    if (verdict != Verdict.OK) {
      throw new SceneException(verdict, detail);
    }
  }
}
