package org.splatline.pipeline.stage;

import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.apache.spark.FutureAction;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.rdd.AsyncRDDActions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.splatline.gpu.Threads;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;
import org.splatline.pipeline.config.Stage;
import org.splatline.pipeline.config.StageTimeouts;
import org.splatline.pipeline.input.SceneSource;
import org.splatline.pipeline.progress.SceneBeat;
import org.splatline.pipeline.spark.ExecutorKind;
import org.splatline.pipeline.spark.SparkJvm;
import org.splatline.pipeline.spark.StageProfiles;
import scala.concurrent.ExecutionContext;

/**
 * Runs each stage of each scene as a Spark job of its own, so that one scene's failure does not
 * touch another. A job has its own group, scheduler pool, time limit and cancellation. Each kind of
 * executor has a limit of jobs, so that scenes that wait for one kind do not hold up another.
 * Nothing here waits: who waits for a job, or for its turn, holds no thread.
 */
public final class SceneJobs implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SceneJobs.class);
  private static final int CHECK_MILLIS = 250;
  private static final int THREADS = 16; // of the driver: requests to the store

  /** For callbacks that only complete a future: Spark's own thread, so that none is refused. */
  private static final ExecutionContext DIRECTLY = ExecutionContext.fromExecutor(Runnable::run);

  private final JavaSparkContext spark;
  private final StageProfiles profiles;
  private final StageTimeouts timeouts;
  private final LongSupplier nanoTime;
  private final RunningTasks running;
  private final Map<ExecutorKind, Slots> slots = new EnumMap<>(ExecutorKind.class);
  private final Map<String, Long> ranks = new ConcurrentHashMap<>(); // by scene
  private final AtomicLong ranked = new AtomicLong();
  private final Map<String, List<TaskUse>> uses = new ConcurrentHashMap<>(); // by scene
  private final Map<String, GpuUse> gpuUses = new ConcurrentHashMap<>(); // by holder
  private final Map<String, Job> jobs = new ConcurrentHashMap<>(); // by scene: its one job now
  private final Set<String> cancelled = ConcurrentHashMap.newKeySet(); // scenes
  private final ExecutorService threads = Threads.pool("scenes", THREADS);
  private final ScheduledExecutorService clock = Threads.scheduler("stage-timeouts");
  private final Future<?> checking;
  private volatile boolean allCancelled;

  /** A job that waits for its turn, or that Spark has. */
  private final class Job {
    private final SceneSource scene;
    private final Stage stage;
    private final Duration limit;
    private final CompletableFuture<Slots.Slot> turn;
    private final long askedNanos = nanoTime.getAsLong();
    private FutureAction<?> action; // null: Spark does not have it yet
    private volatile boolean timedOut;

    Job(SceneSource scene, Stage stage, CompletableFuture<Slots.Slot> turn) {
      this.scene = scene;
      this.stage = stage;
      this.limit = timeouts.of(stage);
      this.turn = turn;
    }

    String group() {
      return scene.runId() + "/" + scene.id() + "/" + stage.word();
    }

    synchronized void submitted(FutureAction<?> what) {
      action = what;
      if (isCancelled(scene.id())) {
        action.cancel();
      }
    }

    synchronized void cancel() {
      turn.cancel(false);
      if (action != null) {
        action.cancel();
      }
    }

    /** Only the present try of the task counts: waiting for an executor may take hours. */
    synchronized void checkTime() {
      if (action == null || action.isCompleted()) {
        return;
      }
      OptionalLong since = runsSince(action);
      if (since.isPresent() && nanoTime.getAsLong() - since.getAsLong() > limit.toNanos()) {
        timedOut = true;
        action.cancel();
      }
    }
  }

  public SceneJobs(
      JavaSparkContext spark, StageProfiles profiles, StageTimeouts timeouts, int parallelScenes) {
    this(spark, profiles, timeouts, parallelScenes, System::nanoTime);
  }

  SceneJobs(
      JavaSparkContext spark,
      StageProfiles profiles,
      StageTimeouts timeouts,
      int parallelScenes,
      LongSupplier nanoTime) {
    this.spark = spark;
    this.profiles = profiles;
    this.timeouts = timeouts;
    this.nanoTime = nanoTime;
    this.running = new RunningTasks(nanoTime);
    spark.sc().addSparkListener(running);
    slots.put(ExecutorKind.DEFAULT, new Slots(parallelScenes));
    slots.put(ExecutorKind.SFM, new Slots(parallelScenes));
    slots.put(
        ExecutorKind.TRAIN,
        profiles.sharesOneMachine()
            ? slots.get(ExecutorKind.SFM)
            : new Slots(profiles.trainings()));
    this.checking =
        clock.scheduleWithFixedDelay(
            this::checkTimes, CHECK_MILLIS, CHECK_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** A failure is only logged: thrown, it would end the checks without a word. */
  void checkTimes() {
    for (Job job : jobs.values()) {
      try {
        job.checkTime();
      } catch (RuntimeException e) {
        LOG.warn("Cannot check the time of {}. It is tried again", job.group(), e);
      }
    }
  }

  /** Since when the job's task runs, its present try; empty: none runs. */
  private OptionalLong runsSince(FutureAction<?> action) {
    var ids = action.jobIds().iterator();
    while (ids.hasNext()) {
      var job = spark.statusTracker().getJobInfo((int) ids.next());
      if (job != null) {
        for (int stage : job.stageIds()) {
          OptionalLong since = running.sinceNanos(stage);
          if (since.isPresent()) {
            return since;
          }
        }
      }
    }
    return OptionalLong.empty();
  }

  /** The threads of the driver on which scenes go on when a job has ended. */
  public ExecutorService threads() {
    return threads;
  }

  /** The order of scenes that wait for the same thing: that of the first calls of this. */
  public long rank(SceneSource scene) {
    return ranks.computeIfAbsent(scene.id(), id -> ranked.getAndIncrement());
  }

  /** The most threads of COLMAP for a scene; see {@link StageProfiles#sfmThreads}. */
  int sfmThreads(SceneSource scene, long bytesPerThread) {
    return profiles.sfmThreads(scene.id(), bytesPerThread);
  }

  /** See {@link StageProfiles#hasGpuExecutors}. */
  boolean hasGpuExecutors() {
    return profiles.hasGpuExecutors();
  }

  /**
   * Runs the work when it is the scene's turn. The job's group is {@code run/scene/stage}.
   *
   * @return what the task returned, its verdict included. It fails with a {@link SceneException}
   *     TIMEOUT, or a {@link CancellationException} when the scene was cancelled
   */
  <T> CompletableFuture<TaskOutcome<T>> run(
      SceneSource scene, Stage stage, String description, SceneWork<T> work) {
    Job job = new Job(scene, stage, slots.get(work.executors()).take(rank(scene)));
    jobs.put(scene.id(), job);
    if (isCancelled(scene.id())) {
      job.cancel();
    } else if (work.executors() != ExecutorKind.DEFAULT) {
      String place = profiles.place(work.executors());
      SparkJvm.current()
          .progress()
          .show(
              SceneBeat.of(
                  scene.runId(),
                  scene.id(),
                  stage,
                  "scene %s %s waits for %s".formatted(scene.id(), stage.word(), place)));
    }
    return job.turn
        .thenComposeAsync(
            slot ->
                submit(job, description + " " + scene.id(), work)
                    .whenComplete((outcome, failure) -> slot.close()),
            threads)
        .handleAsync((outcome, failure) -> ended(job, outcome, failure), threads);
  }

  private <T> CompletableFuture<TaskOutcome<T>> submit(
      Job job, String description, SceneWork<T> work) {
    CompletableFuture<TaskOutcome<T>> outcome = new CompletableFuture<>();
    spark.setJobGroup(job.group(), description, true);
    spark.setLocalProperty("spark.scheduler.pool", job.scene.priority().word());
    try {
      checkNotCancelled(job.scene.id());
      JavaRDD<TaskOutcome<T>> task = spark.parallelize(List.of(job.scene), 1).map(work);
      JavaRDD<TaskOutcome<T>> placed =
          profiles.of(work.executors()).map(task::withResources).orElse(task);
      var action = new AsyncRDDActions<>(placed.rdd(), placed.classTag()).collectAsync();
      action.onComplete(
          tried ->
              tried.isSuccess()
                  ? outcome.complete(tried.get().head())
                  : failed(outcome, tried.failed().get()),
          DIRECTLY);
      job.submitted(action);
    } catch (Throwable e) { // Spark throws checked exceptions that its methods do not declare
      outcome.completeExceptionally(e);
    } finally {
      spark.clearJobGroup();
      spark.setLocalProperty("spark.scheduler.pool", null);
    }
    return outcome;
  }

  /** When Spark has given up, the verdict of the last try is the answer, if it had one. */
  @SuppressWarnings("unchecked") // the outcome is of this job's work
  private static <T> boolean failed(CompletableFuture<TaskOutcome<T>> outcome, Throwable failure) {
    TaskOutcome<T> last = (TaskOutcome<T>) MachineException.outcome(failure);
    return last == null ? outcome.completeExceptionally(failure) : outcome.complete(last);
  }

  private <T> TaskOutcome<T> ended(Job job, TaskOutcome<T> outcome, Throwable failure) {
    jobs.remove(job.scene.id(), job);
    if (outcome != null) {
      keep(outcome.gpuUse());
      double asked = (nanoTime.getAsLong() - job.askedNanos) / 1e9;
      double queued = Math.max(0, asked - outcome.held().seconds());
      uses.computeIfAbsent(job.scene.id(), any -> new CopyOnWriteArrayList<>())
          .add(new TaskUse(outcome.held(), queued, outcome.resumes()));
    }
    if (failure != null || !outcome.isDone()) {
      throwIfEnded(job, failure);
    }
    if (failure != null) {
      throw failure instanceof CompletionException wrapped
          ? wrapped
          : new CompletionException(failure);
    }
    return outcome;
  }

  /** A job that was cancelled or took too long fails in many ways; this is why it did. */
  private void throwIfEnded(Job job, Throwable cause) {
    checkNotCancelled(job.scene.id());
    if (job.timedOut) {
      String stage = job.stage.word();
      throw new SceneException(
          Verdict.TIMEOUT,
          "Cannot finish scene %s: stage %s took longer than %s. Raise spark.timeouts.%s, or give it less"
              .formatted(job.scene.id(), stage, text(job.limit), stage),
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

  /** The queues of {@link TaskUse} of a scene's tasks since that call, s. */
  public double queuedSeconds(String scene) {
    return uses.getOrDefault(scene, List.of()).stream().mapToDouble(TaskUse::queueSeconds).sum();
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

  /** Whether the whole run was cancelled. */
  public boolean isStopped() {
    return allCancelled;
  }

  /** Whether the scene, or the whole run, was cancelled. */
  public boolean isCancelled(String scene) {
    return allCancelled || cancelled.contains(scene);
  }

  /** Cancels a scene's job, whether it waits or runs, and those that would follow. */
  public void cancel(String scene) {
    cancelled.add(scene);
    Job job = jobs.get(scene);
    if (job != null) {
      job.cancel();
    }
  }

  /** Cancels all scenes. */
  public void cancelAll() {
    allCancelled = true;
    jobs.values().forEach(Job::cancel);
  }

  @Override
  public void close() {
    checking.cancel(false);
    spark.sc().removeSparkListener(running);
    clock.shutdownNow();
    threads.shutdownNow();
  }
}
