package org.splatline.pipeline.stage;

import java.io.Serializable;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;
import org.splatline.pipeline.cost.Held;

/**
 * What a task returns to the driver. A scene that cannot be done is a verdict here and not a failed
 * task, because Spark would retry that.
 *
 * @param detail one sentence; empty when OK
 * @param result what the task made or found, serialisable; null: nothing
 * @param gpuUse of the task's JVM so far; null: it holds no GPU
 * @param held what the task held of its machine; null until it has ended
 * @param resumes as in {@link TaskUse}
 */
record TaskOutcome<T>(
    Verdict verdict, String detail, T result, GpuUse gpuUse, Held held, Integer resumes)
    implements Serializable {
  static <T> TaskOutcome<T> done(T result) {
    return new TaskOutcome<>(Verdict.OK, "", result, GpuUse.ofThisJvm(), null, null);
  }

  static <T> TaskOutcome<T> refused(SceneException refusal) {
    return refused(refusal, null);
  }

  /** A scene that cannot be done, with what was found before that was clear. */
  static <T> TaskOutcome<T> refused(SceneException refusal, T result) {
    return new TaskOutcome<>(
        refusal.verdict(), refusal.getMessage(), result, GpuUse.ofThisJvm(), null, null);
  }

  TaskOutcome<T> withHeld(Held what) {
    return new TaskOutcome<>(verdict, detail, result, gpuUse, what, resumes);
  }

  TaskOutcome<T> withResumes(int count) {
    return new TaskOutcome<>(verdict, detail, result, gpuUse, held, count);
  }

  boolean isDone() {
    return verdict == Verdict.OK;
  }

  /** The result. Throws the scene's {@link SceneException} on the driver. */
  T orThrow() {
    if (!isDone()) {
      throw new SceneException(verdict, detail);
    }
    return result;
  }
}
