package org.splatline.pipeline.stage;

import org.apache.hadoop.conf.Configuration;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.Function;
import org.slf4j.LoggerFactory;
import org.splatline.gpu.cuda.device.CudaDevice;
import org.splatline.gpu.cuda.device.CudaErrors;
import org.splatline.gpu.cuda.device.CudaUnavailableException;
import org.splatline.gpu.cuda.device.GpuBusyException;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;
import org.splatline.pipeline.config.Stage;
import org.splatline.pipeline.cost.Held;
import org.splatline.pipeline.input.SceneSource;
import org.splatline.pipeline.progress.SceneBeat;
import org.splatline.pipeline.spark.ExecutorKind;
import org.splatline.pipeline.spark.SparkJvm;

/**
 * A task's work on one scene, on an executor. Each implementation is a record that carries exactly
 * what it needs. Files that the work makes are in the store before it returns.
 *
 * @param <T> what the task returns to the driver; serialisable
 */
interface SceneWork<T> extends Function<SceneSource, TaskOutcome<T>> {

  /**
   * Does the work. A {@link SceneException} means that this scene cannot be done; any other
   * exception fails the task, and Spark retries it. So does a verdict that speaks of the machine;
   * when Spark has given up, it is the scene's.
   */
  TaskOutcome<T> work(SceneSource scene) throws Exception;

  /** Where it runs. */
  default ExecutorKind executors() {
    return ExecutorKind.DEFAULT;
  }

  /** How many of these tasks share one GPU; 0: they need none. */
  default int perGpu() {
    return 0;
  }

  /**
   * How many cores the work uses.
   *
   * @param reserved cores that Spark reserved for the task
   */
  default int cores(int reserved) {
    return reserved;
  }

  @Override
  default TaskOutcome<T> call(SceneSource scene) throws Exception {
    long start = System.nanoTime();
    TaskOutcome<T> outcome = outcome(scene);
    GpuUse use = outcome.gpuUse();
    double gpus = perGpu() == 0 || use == null ? 0 : 1.0 / perGpu();
    double seconds = (System.nanoTime() - start) / 1e9;
    Held held =
        new Held(
            seconds,
            cores(TaskContext.get().cpus()),
            gpus,
            SparkJvm.current().host().machine(),
            gpus == 0 ? null : CudaDevice.driverVersionText().orElse(null));
    if (isOfMachine(outcome.verdict())) {
      throw new MachineException(outcome.withHeld(held)); // Spark tries it again
    }
    return outcome.withHeld(held);
  }

  /** Whether a verdict speaks of the machine, so that the same work may succeed on another one. */
  private static boolean isOfMachine(Verdict verdict) {
    return verdict == Verdict.INTERNAL
        || verdict == Verdict.STALLED
        || verdict == Verdict.DISK_FULL;
  }

  private TaskOutcome<T> outcome(SceneSource scene) throws Exception {
    try {
      return work(scene);
    } catch (SceneException e) {
      LoggerFactory.getLogger(getClass()).info("scene {}: {}", scene.id(), e.verdict(), e);
      return TaskOutcome.refused(e);
    } catch (GpuBusyException | CudaUnavailableException e) { // this executor's GPU is no use
      if (CudaErrors.isFatal(e)) {
        throw e; // SplatlinePlugin ends the executor: the next one gets a new context
      }
      return TaskOutcome.refused(
          new SceneException(
              Verdict.INTERNAL,
              "Cannot finish scene %s: %s".formatted(scene.id(), e.getMessage()),
              e));
    } catch (OutOfMemoryError e) { // Spark would end the JVM, and the other scenes in it
      return TaskOutcome.refused(
          new SceneException(
              Verdict.OUT_OF_MEMORY,
              "Cannot finish scene %s: %d MiB of Java memory are not enough (%s). Give the JVM more, or raise image.reduce"
                  .formatted(scene.id(), Runtime.getRuntime().maxMemory() >> 20, e.getMessage()),
              e));
    } catch (LinkageError | StackOverflowError e) { // Spark would end the JVM here too
      throw new IllegalStateException("Cannot finish scene " + scene.id() + ": " + e, e);
    }
  }

  /** Hadoop's settings in this JVM. */
  static Configuration hadoop() {
    return SparkJvm.current().hadoop();
  }

  /** Whether Spark has asked the task to end. */
  static boolean isCancelled() {
    TaskContext task = TaskContext.get();
    return task != null && task.isInterrupted();
  }

  /** Sends the driver a line of progress. */
  static void show(SceneSource scene, Stage stage, String what) {
    SparkJvm.current()
        .host()
        .send(SceneBeat.of(scene.runId(), scene.id(), stage, "scene " + scene.id() + " " + what));
  }
}
