package org.splatline.pipeline.run;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.splatline.gpu.Threads;
import org.splatline.pipeline.config.PipelineConfig;
import org.splatline.pipeline.input.SceneSource;
import org.splatline.pipeline.progress.ProgressBoard;
import org.splatline.pipeline.progress.ProgressPrinter;
import org.splatline.pipeline.progress.SceneBeat;
import org.splatline.pipeline.stage.PublishScene;
import org.splatline.pipeline.stage.SceneJobs;
import org.splatline.pipeline.store.Json;
import org.splatline.pipeline.store.RunFolder;
import org.splatline.pipeline.table.Committer;
import org.splatline.pipeline.table.Group;
import org.splatline.pipeline.table.GroupCommitter;
import org.splatline.pipeline.table.SceneRunRow;

/**
 * The scenes of one invocation: a bounded number at a time, each tried until it has an answer that
 * another try won't change, or until it has had its tries.
 */
final class SceneBatch {
  private static final Logger LOG = LoggerFactory.getLogger(SceneBatch.class);

  private final String runId;
  private final PipelineConfig config;
  private final RunFolder run;
  private final Committer committer;
  private final GroupCommitter groups;
  private final ProgressPrinter printer;
  private final SceneLine line;
  private final PublishScene publish;
  private final SceneJobs jobs;
  private final Consumer<String> stop;
  private final RetryPolicy retries;
  private final CircuitBreaker breaker;
  private final SceneCosts costs;
  private final Map<String, Integer> begun = new ConcurrentHashMap<>(); // the attempt in work
  private final Map<String, SceneRunRow> ended = new ConcurrentHashMap<>();
  private volatile boolean didSomething;

  /**
   * @param stop ends the run early, for the reason it is given
   */
  SceneBatch(
      String runId,
      PipelineConfig config,
      RunFolder run,
      Committer committer,
      GroupCommitter groups,
      ProgressPrinter printer,
      SceneLine line,
      PublishScene publish,
      SceneJobs jobs,
      SceneCosts costs,
      Consumer<String> stop) {
    this.runId = runId;
    this.config = config;
    this.run = run;
    this.committer = committer;
    this.groups = groups;
    this.printer = printer;
    this.line = line;
    this.publish = publish;
    this.jobs = jobs;
    this.costs = costs;
    this.stop = stop;
    this.retries = new RetryPolicy(config.spark().maxAttempts());
    this.breaker = new CircuitBreaker(config.spark().stopAfterAlike());
  }

  /** Whether any row is new. */
  boolean didSomething() {
    return didSomething;
  }

  /** What a scene is at. */
  RunStatus.SceneState state(String sceneId) {
    SceneRunRow row = ended.get(sceneId);
    if (row != null) {
      return RunStatus.SceneState.ended(row);
    }
    Integer attempt = begun.get(sceneId);
    if (attempt == null) {
      return RunStatus.SceneState.waiting(sceneId);
    }
    return ProgressBoard.beat(runId, sceneId)
        .map(beat -> RunStatus.SceneState.running(attempt, beat))
        .orElseGet(() -> RunStatus.SceneState.running(sceneId, attempt));
  }

  /**
   * Rows of the scenes that were begun, in order of {@code scenes}; a failure to publish or commit
   * is thrown at the end.
   */
  List<SceneRunRow> finish(List<SceneSource> scenes) {
    ExecutorService threads = Threads.pool("scene", config.spark().parallelScenes());
    try {
      List<SceneSource> byPriority =
          scenes.stream().sorted(Comparator.comparing(SceneSource::priority)).toList();
      List<Future<?>> futures = new ArrayList<>();
      for (SceneSource scene : byPriority) {
        futures.add(threads.submit(() -> finish(scene)));
      }
      await(futures);
      return scenes.stream()
          .map(scene -> ended.get(scene.id()))
          .filter(row -> row != null)
          .toList();
    } finally {
      threads.shutdownNow();
    }
  }

  private void await(List<Future<?>> futures) {
    RuntimeException failure = null;
    for (Future<?> future : futures) {
      try {
        future.get();
      } catch (ExecutionException e) {
        failure = new IllegalStateException(e.getCause().getMessage(), e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        stop.accept("Stopped early: it was interrupted");
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  private void finish(SceneSource scene) {
    commitLeftOver(scene);
    Optional<Group> answer = run.result(scene.id()).map(result -> Json.read(result, Group.class));
    if (answer.isPresent()) {
      printer.say("scene " + scene.id() + " has its answer already");
      ended.put(scene.id(), commit(answer.get()));
      return;
    }
    for (int tries = 1; !jobs.isCancelled(scene.id()); tries++) {
      SceneRunRow row = attempt(scene);
      ended.put(scene.id(), row);
      Optional<Duration> pause = retries.delay(row.verdict(), tries);
      if (pause.isEmpty()) {
        breaker.ended(row.verdict(), row.verdictDetail());
        breaker.reason().ifPresent(stop);
        return;
      }
      printer.say(
          "scene %s is tried again in %d s (try %d)"
              .formatted(scene.id(), pause.get().toSeconds(), tries + 1));
      ended.remove(scene.id());
      if (!sleep(scene, pause.get())) {
        ended.put(scene.id(), row);
        return;
      }
    }
  }

  /** Whether it wasn't cancelled meanwhile. */
  private boolean sleep(SceneSource scene, Duration pause) {
    long end = System.nanoTime() + pause.toNanos();
    try {
      while (System.nanoTime() < end) {
        if (jobs.isCancelled(scene.id())) {
          return false;
        }
        Thread.sleep(100);
      }
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Outcomes of earlier attempts that were kept and not committed. */
  private void commitLeftOver(SceneSource scene) {
    for (int attempt : run.attempts(scene.id())) {
      if (!committer.has(scene.id(), attempt)) {
        run.outcome(scene.id(), attempt)
            .ifPresent(outcome -> commit(Json.read(outcome, Group.class)));
      }
    }
  }

  private SceneRunRow attempt(SceneSource scene) {
    int number = run.startAttempt(scene.id());
    begun.put(scene.id(), number);
    SceneAttempt attempt =
        new SceneAttempt(
            scene,
            number,
            run.attempt(scene.id(), number),
            config,
            () -> costs.of(jobs.takeHeld(scene.id())));
    try {
      ProgressBoard.open(SceneBeat.first(scene.runId(), scene.id()));
      SceneRunRow row = commit(publish.publish(line.run(scene, attempt)));
      printer.say(ending(row));
      return row;
    } finally {
      ProgressBoard.clear(scene.runId(), scene.id());
    }
  }

  private SceneRunRow commit(Group rows) {
    SceneRunRow row = rows.sceneRuns().get(0);
    if (!committer.has(row.sceneId(), row.attempt())) {
      groups.add(rows);
      didSomething = true;
    }
    return row;
  }

  private static String ending(SceneRunRow row) {
    LOG.info("scene {} attempt {}: {}", row.sceneId(), row.attempt(), row.verdict());
    return row.metrics() == null
        ? "scene %s %s: %s".formatted(row.sceneId(), row.verdict(), row.verdictDetail())
        : String.format(
            Locale.ROOT,
            "scene %s %s: %.2f dB, SSIM %.4f on %d held-out views, %,d Gaussians, %.0f s",
            row.sceneId(),
            row.verdict(),
            row.metrics().psnr(),
            row.metrics().ssim(),
            row.metrics().viewsTest(),
            row.metrics().gaussians(),
            row.seconds().attempt());
  }
}
