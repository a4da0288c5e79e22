package org.splatline.pipeline.stage;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.splatline.gpu.Threads;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;
import org.splatline.pipeline.config.Stage;
import org.splatline.pipeline.config.StageTimeouts;
import org.splatline.pipeline.cost.Held;
import org.splatline.pipeline.input.SceneSource;
import org.splatline.pipeline.progress.ProgressBoard;
import org.splatline.pipeline.progress.SceneBeat;
import org.splatline.pipeline.spark.StageProfiles;

/**
 * Runs one scene's work as a Spark job of its own, so that one scene's fault is never another's:
 * its own job group, scheduler pool, time limit and cancellation; training under the GPU profile.
 */
public final class SceneJobs implements AutoCloseable {
  private static final int LOOK_MILLIS = 250;

  private final JavaSparkContext spark;
  private final StageProfiles profiles;
  private final Semaphore trainSlots;
  private final Map<String, List<Held>> held = new ConcurrentHashMap<>(); // by scene
  private final Map<String, GpuUse> gpuUses = new ConcurrentHashMap<>(); // by holder
  private final StageTimeouts timeouts;
  private final Map<String, Job> running = new ConcurrentHashMap<>(); // by group
  private final Set<String> cancelled = ConcurrentHashMap.newKeySet(); // scenes
  private final ScheduledExecutorService clock = Threads.scheduler("stage-timeouts");
  private final Future<?> looking;
  private volatile boolean allCancelled;

  /** A job at work. */
  private static final class Job {
    private final String scene;
    private final long deadlineNanos;
    private volatile boolean timedOut;

    Job(String scene, Duration limit) {
      this.scene = scene;
      this.deadlineNanos = System.nanoTime() + limit.toNanos();
    }
  }

  public SceneJobs(JavaSparkContext spark, StageProfiles profiles, StageTimeouts timeouts) {
    this.spark = spark;
    this.profiles = profiles;
    this.trainSlots = new Semaphore(profiles.trainSlots(), true);
    this.timeouts = timeouts;
    this.looking =
        clock.scheduleWithFixedDelay(this::look, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** Again and again: Spark forgets a cancellation that comes before the job is submitted. */
  private void look() {
    running.forEach(
        (group, job) -> {
          job.timedOut |= System.nanoTime() - job.deadlineNanos > 0;
          if (job.timedOut || isCancelled(job.scene)) {
            spark.cancelJobGroup(group);
          }
        });
  }

  /**
   * Waits for the work to be done. The job's group is {@code run/scene/stage}.
   *
   * @throws SceneException the scene's verdict, TIMEOUT among them
   * @throws CancellationException when the scene was cancelled
   */
  void run(SceneSource scene, Stage stage, String description, SceneWork work) {
    if (stage != Stage.TRAIN) {
      runJob(scene, stage, description, work);
      return;
    }
    ProgressBoard.show(
        SceneBeat.of(
            scene.runId(),
            scene.id(),
            stage,
            "scene %s waits for %s".formatted(scene.id(), profiles.place())));
    trainSlots.acquireUninterruptibly();
    try {
      runJob(scene, stage, description, work);
    } finally {
      trainSlots.release();
    }
  }

  private void runJob(SceneSource scene, Stage stage, String description, SceneWork work) {
    String group = scene.runId() + "/" + scene.id() + "/" + stage.word();
    Duration limit = timeouts.of(stage);
    Job job = new Job(scene.id(), limit);
    running.put(group, job);
    spark.setJobGroup(group, description + " " + scene.id(), true);
    spark.setLocalProperty("spark.scheduler.pool", scene.priority().word());
    try {
      checkNotCancelled(scene.id());
      JavaRDD<TaskOutcome> outcome = spark.parallelize(List.of(scene), 1).map(work);
      TaskOutcome result = profiles.of(stage).map(outcome::withResources).orElse(outcome).first();
      keep(result.gpuUse());
      held.computeIfAbsent(scene.id(), any -> new CopyOnWriteArrayList<>()).add(result.held());
      result.orThrow();
    } catch (Exception e) { // Spark throws checked exceptions that its methods don't declare
      checkNotCancelled(scene.id());
      if (job.timedOut) {
        throw new SceneException(
            Verdict.TIMEOUT,
            "Cannot finish scene %s: stage %s took longer than %s. Raise spark.timeouts.%s, or give it less"
                .formatted(scene.id(), stage.word(), text(limit), stage.word()),
            e);
      }
      throw e;
    } finally {
      running.remove(group);
      spark.clearJobGroup();
      spark.setLocalProperty("spark.scheduler.pool", null);
    }
  }

  private void keep(GpuUse use) {
    if (use != null) {
      gpuUses.merge(use.holder(), use, (a, b) -> a.heldSeconds() > b.heldSeconds() ? a : b);
    }
  }

  /** What a scene's tasks held since this was last asked. */
  public List<Held> takeHeld(String scene) {
    List<Held> taken = held.remove(scene);
    return taken == null ? List.of() : List.copyOf(taken);
  }

  /** Of all executors that told so far; null where none holds a GPU. */
  public GpuUse gpuUse() {
    return GpuUse.sum(gpuUses.values());
  }

  private void checkNotCancelled(String scene) {
    if (isCancelled(scene)) {
      throw new CancellationException();
    }
  }

  private static String text(Duration limit) {
    return limit.toString().substring(2).toLowerCase(Locale.ROOT);
  }

  /** Whether a scene, or all, were cancelled. */
  public boolean isCancelled(String scene) {
    return allCancelled || cancelled.contains(scene);
  }

  /** Cancels what is at work on a scene, and what would come; {@link #run} throws. */
  public void cancel(String scene) {
    cancelled.add(scene);
    clock.execute(this::look);
  }

  /** Cancels all. */
  public void cancelAll() {
    allCancelled = true;
    clock.execute(this::look);
  }

  @Override
  public void close() {
    looking.cancel(false);
    clock.shutdownNow();
  }
}
