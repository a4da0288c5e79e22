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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.splatline.gpu.Threads;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;
import org.splatline.pipeline.config.Stage;
import org.splatline.pipeline.config.StageTimeouts;
import org.splatline.pipeline.input.SceneSource;
import org.splatline.pipeline.progress.SceneBeat;
import org.splatline.pipeline.spark.SparkJvm;
import org.splatline.pipeline.spark.StageProfiles;

/**
 * Runs each stage of each scene as a Spark job of its own, so that one scene's failure does not
 * touch another. A job has its own group, scheduler pool, time limit and cancellation; training has
 * the GPU profile.
 */
public final class SceneJobs implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SceneJobs.class);
  private static final int CHECK_MILLIS = 250;

  private final JavaSparkContext spark;
  private final StageProfiles profiles;
  private final Semaphore trainSlots;
  private final Map<String, List<TaskUse>> uses = new ConcurrentHashMap<>(); // by scene
  private final Map<String, GpuUse> gpuUses = new ConcurrentHashMap<>(); // by holder
  private final StageTimeouts timeouts;
  private final Map<String, Job> running = new ConcurrentHashMap<>(); // by group
  private final Set<String> cancelled = ConcurrentHashMap.newKeySet(); // scenes
  private final ScheduledExecutorService clock = Threads.scheduler("stage-timeouts");
  private final Future<?> checking;
  private volatile boolean allCancelled;

  /** A running job. */
  private static final class Job {
    private final String scene;
    private final Stage stage;
    private final Duration limit;
    private final long deadlineNanos;
    private volatile boolean timedOut;

    Job(String scene, Stage stage, Duration limit) {
      this.scene = scene;
      this.stage = stage;
      this.limit = limit;
      this.deadlineNanos = System.nanoTime() + limit.toNanos();
    }
  }

  public SceneJobs(JavaSparkContext spark, StageProfiles profiles, StageTimeouts timeouts) {
    this.spark = spark;
    this.profiles = profiles;
    this.trainSlots = new Semaphore(profiles.trainSlots(), true);
    this.timeouts = timeouts;
    this.checking =
        clock.scheduleWithFixedDelay(
            this::cancelDue, CHECK_MILLIS, CHECK_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** Repeated, because Spark forgets a cancellation that comes before the job is submitted. */
  private void cancelDue() {
    running.forEach(
        (group, job) -> {
          job.timedOut |= System.nanoTime() - job.deadlineNanos > 0;
          if (job.timedOut || isCancelled(job.scene)) {
            cancelGroup(group);
          }
        });
  }

  /** A failure is only logged: thrown, it would end the checks without a word. */
  private void cancelGroup(String group) {
    try {
      spark.cancelJobGroup(group);
    } catch (RuntimeException e) {
      LOG.warn("Cannot cancel {}. It is tried again", group, e);
    }
  }

  /**
   * Runs the work and waits for it. The job's group is {@code run/scene/stage}.
   *
   * @return what the task returned, its verdict included
   * @throws SceneException TIMEOUT
   * @throws CancellationException when the scene was cancelled
   */
  <T> TaskOutcome<T> run(SceneSource scene, Stage stage, String description, SceneWork<T> work) {
    long asked = System.nanoTime();
    if (!stage.needsTrainer()) {
      return runJob(scene, stage, description, work, asked);
    }
    SparkJvm.current()
        .progress()
        .show(
            SceneBeat.of(
                scene.runId(),
                scene.id(),
                stage,
                "scene %s waits for %s".formatted(scene.id(), profiles.place())));
    trainSlots.acquireUninterruptibly();
    try {
      return runJob(scene, stage, description, work, asked);
    } finally {
      trainSlots.release();
    }
  }

  private <T> TaskOutcome<T> runJob(
      SceneSource scene, Stage stage, String description, SceneWork<T> work, long askedNanos) {
    String group = scene.runId() + "/" + scene.id() + "/" + stage.word();
    Job job = new Job(scene.id(), stage, timeouts.of(stage));
    running.put(group, job);
    spark.setJobGroup(group, description + " " + scene.id(), true);
    spark.setLocalProperty("spark.scheduler.pool", scene.priority().word());
    TaskOutcome<T> outcome;
    try {
      checkNotCancelled(scene.id());
      outcome = submit(scene, stage, work, askedNanos);
    } catch (Exception e) { // Spark throws checked exceptions that its methods do not declare
      throwIfEnded(job, e);
      throw e;
    } finally {
      running.remove(group);
      spark.clearJobGroup();
      spark.setLocalProperty("spark.scheduler.pool", null);
    }
    if (!outcome.isDone()) {
      throwIfEnded(job, null);
    }
    return outcome;
  }

  private <T> TaskOutcome<T> submit(
      SceneSource scene, Stage stage, SceneWork<T> work, long askedNanos) {
    JavaRDD<TaskOutcome<T>> task = spark.parallelize(List.of(scene), 1).map(work);
    TaskOutcome<T> outcome = profiles.of(stage).map(task::withResources).orElse(task).first();
    keep(outcome.gpuUse());
    double queued = (System.nanoTime() - askedNanos) / 1e9 - outcome.held().seconds();
    uses.computeIfAbsent(scene.id(), any -> new CopyOnWriteArrayList<>())
        .add(new TaskUse(outcome.held(), Math.max(0, queued), outcome.resumes()));
    return outcome;
  }

  /** A job that was cancelled or took too long fails in many ways; this is why it did. */
  private void throwIfEnded(Job job, Exception cause) {
    checkNotCancelled(job.scene);
    if (job.timedOut) {
      String stage = job.stage.word();
      throw new SceneException(
          Verdict.TIMEOUT,
          "Cannot finish scene %s: stage %s took longer than %s. Raise spark.timeouts.%s, or give it less"
              .formatted(job.scene, stage, text(job.limit), stage),
          cause);
    }
  }

  private void keep(GpuUse use) {
    if (use != null) {
      gpuUses.merge(use.holder(), use, (a, b) -> a.heldSeconds() > b.heldSeconds() ? a : b);
    }
  }

  /** What a scene's tasks have taken since the last call, in the order in which they ended. */
  public List<TaskUse> takeUses(String scene) {
    List<TaskUse> taken = uses.remove(scene);
    return taken == null ? List.of() : List.copyOf(taken);
  }

  /** The use of all executors that have reported so far; null where none holds a GPU. */
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

  /** Whether the scene, or the whole run, was cancelled. */
  public boolean isCancelled(String scene) {
    return allCancelled || cancelled.contains(scene);
  }

  /** Cancels a scene's running job and those that would follow; {@link #run} throws. */
  public void cancel(String scene) {
    cancelled.add(scene);
    clock.execute(this::cancelDue);
  }

  /** Cancels all scenes. */
  public void cancelAll() {
    allCancelled = true;
    clock.execute(this::cancelDue);
  }

  @Override
  public void close() {
    checking.cancel(false);
    clock.shutdownNow();
  }
}
