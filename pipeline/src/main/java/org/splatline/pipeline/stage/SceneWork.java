package org.splatline.pipeline.stage;

import org.apache.hadoop.conf.Configuration;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.Function;
import org.slf4j.LoggerFactory;
import org.splatline.gpu.cuda.GpuBusyException;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;
import org.splatline.pipeline.config.Stage;
import org.splatline.pipeline.cost.Held;
import org.splatline.pipeline.input.SceneSource;
import org.splatline.pipeline.progress.SceneBeat;
import org.splatline.pipeline.spark.SparkSessions;
import org.splatline.pipeline.spark.TaskHost;

/**
 * A task's work on one scene, on an executor: a record that carries exactly what it needs. What it
 * makes goes to the store before it returns.
 */
public interface SceneWork extends Function<SceneSource, TaskOutcome> {

  /** Throws {@link SceneException} when this scene can't be done; anything else fails the task. */
  void work(SceneSource scene) throws Exception;

  /** How many of these one GPU does at a time; 0: it needs none. */
  default int perGpu() {
    return 0;
  }

  @Override
  default TaskOutcome call(SceneSource scene) throws Exception {
    long start = System.nanoTime();
    TaskOutcome outcome = outcome(scene);
    GpuUse use = outcome.gpuUse();
    double gpus = perGpu() == 0 || use == null ? 0 : 1.0 / perGpu();
    double seconds = (System.nanoTime() - start) / 1e9;
    return outcome.having(new Held(seconds, TaskContext.get().cpus(), gpus, TaskHost.machine()));
  }

  private TaskOutcome outcome(SceneSource scene) throws Exception {
    try {
      work(scene);
      return TaskOutcome.done();
    } catch (SceneException e) {
      LoggerFactory.getLogger(getClass()).info("scene {}: {}", scene.id(), e.verdict(), e);
      return TaskOutcome.refused(e);
    } catch (GpuBusyException e) { // another executor's fault, and no other try on this one helps
      return TaskOutcome.refused(
          Verdict.INTERNAL, "Cannot finish scene %s: %s".formatted(scene.id(), e.getMessage()));
    } catch (OutOfMemoryError e) { // Spark would end the JVM, and other scenes with it
      return TaskOutcome.refused(
          Verdict.OUT_OF_MEMORY,
          "Cannot finish scene %s: %d MiB of Java memory are not enough (%s). Give the JVM more, or raise image.reduce"
              .formatted(scene.id(), Runtime.getRuntime().maxMemory() >> 20, e.getMessage()));
    } catch (LinkageError | StackOverflowError e) { // likewise
      throw new IllegalStateException("Cannot finish scene " + scene.id() + ": " + e, e);
    }
  }

  /** Hadoop's settings where this runs. */
  static Configuration hadoop() {
    return SparkSessions.hadoop();
  }

  /** Whether Spark wants the task to end. */
  static boolean isCancelled() {
    TaskContext task = TaskContext.get();
    return task != null && task.isInterrupted();
  }

  /** Tells the driver what the scene is at. */
  static void show(SceneSource scene, Stage stage, String what) {
    TaskHost.beat(
        SceneBeat.of(scene.runId(), scene.id(), stage, "scene " + scene.id() + " " + what));
  }
}
