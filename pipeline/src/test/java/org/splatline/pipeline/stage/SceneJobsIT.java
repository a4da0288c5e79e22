package org.splatline.pipeline.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import jcuda.CudaException;
import jcuda.driver.CUresult;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.splatline.gpu.config.ConfigurationReader;
import org.splatline.gpu.cuda.device.CudaErrors;
import org.splatline.gpu.cuda.device.CudaUnavailableException;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;
import org.splatline.pipeline.config.PipelineConfig;
import org.splatline.pipeline.config.Stage;
import org.splatline.pipeline.config.StageTimeouts;
import org.splatline.pipeline.input.ScenePriority;
import org.splatline.pipeline.input.SceneSource;
import org.splatline.pipeline.spark.ExecutorKind;
import org.splatline.pipeline.spark.SharedSpark;
import org.splatline.pipeline.spark.StageProfiles;
import org.splatline.pipeline.store.Place;

/** Jobs of scenes in a real Spark whose tasks wait until the test lets them go. */
@Tag("both-lanes")
@Timeout(120)
class SceneJobsIT {
  private static final long HOUR = Duration.ofHours(1).toNanos();

  /** Tasks run in this JVM: by scene, what they wait for. */
  private static final ConcurrentHashMap<String, CountDownLatch> GO = new ConcurrentHashMap<>();

  private static final ConcurrentHashMap<String, CountDownLatch> BEGUN = new ConcurrentHashMap<>();
  private static final AtomicInteger TRIES = new AtomicInteger();

  /** The tries that have begun, as Spark numbers its tasks. */
  private static final BlockingQueue<Long> TASKS = new LinkedBlockingQueue<>();

  private final SparkSession session = SharedSpark.session();
  private final JavaSparkContext spark = JavaSparkContext.fromSparkContext(session.sparkContext());
  private final AtomicLong nanoTime = new AtomicLong();
  private final SceneJobs jobs =
      new SceneJobs(
          spark,
          StageProfiles.of(
              session,
              PipelineConfig.of(
                  ConfigurationReader.withDefaultProfile("vanilla")
                      .settings(List.of("train.backend=cpu"))
                      .read())),
          new StageTimeouts(
              Duration.ofHours(1),
              Duration.ofHours(1),
              Duration.ofHours(1),
              Duration.ofHours(1),
              Duration.ofHours(1),
              Duration.ofHours(1)),
          1,
          nanoTime::get);

  /** Waits to be let go. */
  private record Waiting(ExecutorKind executors) implements SceneWork<String> {
    @Override
    public TaskOutcome<String> work(SceneSource scene) throws InterruptedException {
      latch(BEGUN, scene.id()).countDown();
      latch(GO, scene.id()).await();
      return TaskOutcome.done("done");
    }
  }

  /** Ends with a verdict in its first tries. */
  private record Failing(Verdict verdict, int times) implements SceneWork<String> {
    @Override
    public TaskOutcome<String> work(SceneSource scene) {
      TRIES.incrementAndGet();
      if (TaskContext.get().attemptNumber() < times) {
        throw new SceneException(verdict, "Cannot: " + verdict);
      }
      return TaskOutcome.done("done");
    }
  }

  /** Has a GPU that cannot be used. */
  private record DeadGpu() implements SceneWork<String> {
    @Override
    public TaskOutcome<String> work(SceneSource scene) {
      TRIES.incrementAndGet();
      throw new CudaUnavailableException("Cannot use the GPU: it is dead");
    }
  }

  /** Has a GPU whose context was lost in an earlier task of its executor. */
  private record LostGpu() implements SceneWork<String> {
    @Override
    public TaskOutcome<String> work(SceneSource scene) {
      throw new CudaUnavailableException(
          "Cannot use the GPU: it accepts no more work",
          new CudaException(CUresult.stringFor(CUresult.CUDA_ERROR_ILLEGAL_ADDRESS)));
    }
  }

  /** Is taken away three times, then ends with a verdict of its machine, then is done. */
  private record TakenAway() implements SceneWork<String> {
    @Override
    public TaskOutcome<String> work(SceneSource scene) throws InterruptedException {
      TASKS.add(TaskContext.get().taskAttemptId());
      int number = TaskContext.get().attemptNumber();
      if (number < 3) {
        latch(GO, scene.id()).await();
      } else if (number == 3) {
        throw new SceneException(Verdict.STALLED, "Cannot");
      }
      return TaskOutcome.done("done");
    }
  }

  private static CountDownLatch latch(
      ConcurrentHashMap<String, CountDownLatch> latches, String scene) {
    return latches.computeIfAbsent(scene, any -> new CountDownLatch(1));
  }

  @AfterEach
  void letGo() {
    jobs.cancelAll(); // else they would hold slots of the session
    GO.values().forEach(CountDownLatch::countDown);
    GO.clear();
    BEGUN.clear();
    jobs.close();
  }

  private CompletableFuture<TaskOutcome<String>> run(String scene, SceneWork<String> work) {
    SceneSource source =
        new SceneSource("run", scene, Place.parse("/nowhere"), ScenePriority.NORMAL, "");
    return jobs.run(source, Stage.TRAIN, "Testing", work);
  }

  private CompletableFuture<TaskOutcome<String>> running(String scene, ExecutorKind executors)
      throws InterruptedException {
    CompletableFuture<TaskOutcome<String>> job = run(scene, new Waiting(executors));
    latch(BEGUN, scene).await();
    return job;
  }

  @Test
  void aTaskThatWaitsForAnExecutorDoesNotUseUpItsTime() throws Exception {
    JavaFutureAction<Void> others = takeAllSlots();
    CompletableFuture<TaskOutcome<String>> job = run("late", new Waiting(ExecutorKind.DEFAULT));
    while (spark.statusTracker().getJobIdsForGroup("run/late/train").length == 0) {
      Thread.sleep(10);
    }

    for (int i = 0; i < 10; i++) {
      nanoTime.addAndGet(HOUR);
      jobs.checkTimes();
    }
    assertThat(job).isNotDone();

    latch(GO, "others").countDown();
    others.get();
    latch(BEGUN, "late").await();
    while (!job.isDone()) { // Spark's own figures are late by a moment
      nanoTime.addAndGet(2 * HOUR);
      jobs.checkTimes();
      Thread.sleep(10);
    }
    assertThatThrownBy(job::join)
        .cause()
        .isInstanceOf(SceneException.class)
        .hasMessage(
            "Cannot finish scene late: stage train took longer than 1h. Raise spark.timeouts.train,"
                + " or give it less");
  }

  /** Spark's count of failures leaves out tries that were taken away, and each has its own time. */
  @Test
  void aTryThatIsTakenAwayUsesUpNeitherTheTimeNorTheTriesOfTheNext() throws Exception {
    TASKS.clear();
    SparkListener after = // it hears of a task after the one of the jobs has
        new SparkListener() {
          @Override
          public void onTaskStart(SparkListenerTaskStart start) {
            latch(BEGUN, "task " + start.taskInfo().taskId()).countDown();
          }
        };
    spark.sc().addSparkListener(after);
    CompletableFuture<TaskOutcome<String>> job = run("taken", new TakenAway());

    for (int i = 0; i < 3; i++) {
      long task = TASKS.take();
      latch(BEGUN, "task " + task).await();
      nanoTime.addAndGet(HOUR * 3 / 4);
      jobs.checkTimes();
      spark.sc().killTaskAttempt(task, true, "a test took it away");
    }
    spark.sc().removeSparkListener(after);

    assertThat(job.join().verdict()).isEqualTo(Verdict.OK);
    assertThat(TASKS).as("the try that stalled and the last one").hasSize(2);
  }

  private JavaFutureAction<Void> takeAllSlots() throws InterruptedException {
    int slots = Integer.parseInt(spark.master().replaceAll("local\\[(\\d+),.*", "$1"));
    BEGUN.put("others", new CountDownLatch(slots));
    List<Integer> numbers = IntStream.range(0, slots).boxed().toList();
    JavaFutureAction<Void> others =
        spark
            .parallelize(numbers, slots)
            .foreachAsync(
                any -> {
                  latch(BEGUN, "others").countDown();
                  latch(GO, "others").await();
                });
    latch(BEGUN, "others").await();
    return others;
  }

  @Test
  void aSceneThatWaitsForAGpuIsCancelledAtOnce() throws Exception {
    CompletableFuture<TaskOutcome<String>> first = running("first", ExecutorKind.TRAIN);
    CompletableFuture<TaskOutcome<String>> second = run("second", new Waiting(ExecutorKind.TRAIN));
    CompletableFuture<TaskOutcome<String>> third = run("third", new Waiting(ExecutorKind.TRAIN));

    jobs.cancel("second");

    assertThatThrownBy(second::join).hasRootCauseInstanceOf(CancellationException.class);
    assertThat(first).isNotDone();
    assertThat(third).isNotDone();
    latch(GO, "first").countDown();
    assertThat(first.join().result()).isEqualTo("done");
    latch(BEGUN, "third").await();
  }

  @Test
  void aSceneThatWaitsForAnExecutorIsCancelledAtOnce() throws Exception {
    JavaFutureAction<Void> others = takeAllSlots();
    CompletableFuture<TaskOutcome<String>> job = run("waits", new Waiting(ExecutorKind.DEFAULT));

    jobs.cancelAll();

    assertThatThrownBy(job::join).hasRootCauseInstanceOf(CancellationException.class);
    assertThat(others.isDone()).isFalse();
    latch(GO, "others").countDown();
    others.get();
  }

  /** Spark tells of the job's end when the threads that scenes go on with are gone. */
  @Test
  void aJobThatOutlivesTheJobsEndsToo() throws Exception {
    CompletableFuture<TaskOutcome<String>> job = running("late", ExecutorKind.DEFAULT);

    jobs.close();
    latch(GO, "late").countDown();

    assertThatThrownBy(job::join).hasRootCauseInstanceOf(RejectedExecutionException.class);
  }

  @Test
  void trainingsHoldUpNoOtherStage() throws Exception {
    CompletableFuture<TaskOutcome<String>> training = running("trains", ExecutorKind.TRAIN);
    CompletableFuture<TaskOutcome<String>> waiting = run("waits", new Waiting(ExecutorKind.TRAIN));
    latch(GO, "small").countDown();

    assertThat(run("small", new Waiting(ExecutorKind.DEFAULT)).join().result()).isEqualTo("done");

    assertThat(training).isNotDone();
    assertThat(waiting).isNotDone();
  }

  @Test
  void sparkTriesAgainWhatAMachineSpoilt() {
    TRIES.set(0);
    assertThat(run("stalled", new Failing(Verdict.STALLED, 2)).join().result()).isEqualTo("done");
    assertThat(TRIES).hasValue(3);

    TRIES.set(0);
    TaskOutcome<String> full = run("full", new Failing(Verdict.DISK_FULL, 99)).join();
    assertThat(full.verdict()).isEqualTo(Verdict.DISK_FULL);
    assertThat(full.detail()).isEqualTo("Cannot: DISK_FULL");
    assertThat(TRIES).as("spark.task.maxFailures").hasValue(4);

    TRIES.set(0);
    assertThat(run("none", new Failing(Verdict.NO_MODEL, 99)).join().verdict())
        .isEqualTo(Verdict.NO_MODEL);
    assertThat(TRIES).hasValue(1);
  }

  @Test
  void aGpuThatCannotBeUsedIsAFaultOfTheMachine() {
    TRIES.set(0);
    TaskOutcome<String> dead = run("dead", new DeadGpu()).join();
    assertThat(TRIES).as("spark.task.maxFailures").hasValue(4);
    assertThat(dead.verdict()).isEqualTo(Verdict.INTERNAL);
    assertThat(dead.detail()).isEqualTo("Cannot finish scene dead: Cannot use the GPU: it is dead");
  }

  @Test
  void aLostContextIsTheTasksOwnFailureSoThatItsExecutorEnds() {
    assertThatThrownBy(run("lost", new LostGpu())::join).matches(CudaErrors::isFatal);
  }
}
