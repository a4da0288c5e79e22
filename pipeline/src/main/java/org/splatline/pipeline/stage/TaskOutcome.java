package org.splatline.pipeline.stage;

import java.io.Serializable;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;
import org.splatline.pipeline.cost.Held;

/**
 * What a task says of its scene. A refusal is the scene's and no failure of the task: Spark would
 * retry it.
 *
 * @param detail one sentence; empty when OK
 * @param gpuUse of its JVM so far; null: it holds none
 * @param held by the task
 */
record TaskOutcome(Verdict verdict, String detail, GpuUse gpuUse, Held held)
    implements Serializable {
  static TaskOutcome done() {
    return new TaskOutcome(Verdict.OK, "", GpuUse.ofThisProcess(), null);
  }

  static TaskOutcome refused(SceneException refusal) {
    return refused(refusal.verdict(), refusal.getMessage());
  }

  static TaskOutcome refused(Verdict verdict, String detail) {
    return new TaskOutcome(verdict, detail, GpuUse.ofThisProcess(), null);
  }

  TaskOutcome having(Held what) {
    return new TaskOutcome(verdict, detail, gpuUse, what);
  }

  /** Throws the refusal, on the driver. */
  void orThrow() {
    if (verdict != Verdict.OK) {
      throw new SceneException(verdict, detail);
    }
  }
}
