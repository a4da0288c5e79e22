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
import org.splatline.pipeline.config.SparkConfig;
import org.splatline.pipeline.input.SceneSource;
import org.splatline.pipeline.progress.ProgressBoard;
import org.splatline.pipeline.progress.ProgressPrinter;
import org.splatline.pipeline.progress.SceneBeat;
import org.splatline.pipeline.stage.SceneJobs;
import org.splatline.pipeline.table.SceneRunRow;

/**
 * The scenes of one invocation. A limited number run at the same time. Each scene is tried until
 * another try would not change its verdict, or until it has used up its tries.
 */
final class SceneBatch {
  private static final Logger LOG = LoggerFactory.getLogger(SceneBatch.class);

  private final SparkConfig config;
  private final SceneRows rows;
  private final SceneStages stages;
  private final SceneJobs jobs;
  private final ProgressPrinter printer;
  private final ProgressBoard board;
  private final Consumer<String> stop;
  private final RetryPolicy retries;
  private final CircuitBreaker breaker;
  private final Map<String, Integer> started = new ConcurrentHashMap<>(); // the running attempt
  private final Map<String, SceneRunRow> ended = new ConcurrentHashMap<>();

  /**
   * @param stop ends the run early, for the reason that it receives
   */
  SceneBatch(
      SparkConfig config,
      SceneRows rows,
      SceneStages stages,
      SceneJobs jobs,
      ProgressPrinter printer,
      Consumer<String> stop) {
    this.config = config;
    this.rows = rows;
    this.stages = stages;
    this.jobs = jobs;
    this.printer = printer;
    this.board = printer.board();
    this.stop = stop;
    this.retries = new RetryPolicy(config.maxAttempts());
    this.breaker = new CircuitBreaker(config.stopAfterAlike());
  }

  /** The state of a scene now. */
  RunStatus.SceneState state(SceneSource scene) {
    SceneRunRow row = ended.get(scene.id());
    if (row != null) {
      return RunStatus.SceneState.ended(row);
    }
    Integer attempt = started.get(scene.id());
    if (attempt == null) {
      return RunStatus.SceneState.waiting(scene.id());
    }
    return board
        .beat(scene.runId(), scene.id())
        .map(beat -> RunStatus.SceneState.running(attempt, beat))
        .orElseGet(() -> RunStatus.SceneState.running(scene.id(), attempt));
  }

  /**
   * Runs all scenes. A failure to publish or to commit is thrown at the end.
   *
   * @return the rows of the scenes that were started, in order of {@code scenes}
   */
  List<SceneRunRow> finish(List<SceneSource> scenes) {
    ExecutorService threads = Threads.pool("scene", config.parallelScenes());
    try {
      List<SceneSource> byPriority =
          scenes.stream().sorted(Comparator.comparing(SceneSource::priority)).toList();
      List<Future<?>> futures = new ArrayList<>();
      for (SceneSource scene : byPriority) {
        futures.add(threads.submit(() -> finish(scene)));
      }
      await(futures);
      return rows(scenes);
    } finally {
      threads.shutdownNow();
    }
  }

  /** The rows of the scenes that have ended so far, in order of {@code scenes}. */
  List<SceneRunRow> rows(List<SceneSource> scenes) {
    return scenes.stream().map(scene -> ended.get(scene.id())).filter(row -> row != null).toList();
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
    rows.commitLeftOver(scene.id());
    Optional<SceneRunRow> result = rows.result(scene.id());
    if (result.isPresent()) {
      printer.say("scene " + scene.id() + " has its result already");
      ended.put(scene.id(), result.get());
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

  /** Returns false if the scene was cancelled meanwhile. */
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

  private SceneRunRow attempt(SceneSource scene) {
    int number = rows.startAttempt(scene.id());
    started.put(scene.id(), number);
    try {
      board.open(SceneBeat.first(scene.runId(), scene.id()));
      SceneRunRow row = rows.commit(stages.run(scene, number));
      printer.say(ending(row));
      return row;
    } finally {
      board.clear(scene.runId(), scene.id());
    }
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
