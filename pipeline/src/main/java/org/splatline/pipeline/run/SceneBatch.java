package org.splatline.pipeline.run;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.splatline.pipeline.config.SparkConfig;
import org.splatline.pipeline.input.SceneSource;
import org.splatline.pipeline.progress.ProgressBoard;
import org.splatline.pipeline.progress.ProgressPrinter;
import org.splatline.pipeline.progress.SceneBeat;
import org.splatline.pipeline.stage.SceneJobs;
import org.splatline.pipeline.stage.Slots;
import org.splatline.pipeline.table.SceneRunRow;

/**
 * The scenes of one invocation. A scene goes from stage to stage; a limited number are in each one
 * at the same time. A scene is tried again where another try would be different, until it has used
 * up its tries.
 */
final class SceneBatch {
  private static final Logger LOG = LoggerFactory.getLogger(SceneBatch.class);

  private static final int MOST_IN_WORK = 300; // the driver keeps what their rows will say

  private final SceneRows rows;
  private final SceneStages stages;
  private final SceneJobs jobs;
  private final ProgressPrinter printer;
  private final ProgressBoard board;
  private final Consumer<String> stop;
  private final RetryPolicy retries;
  private final CircuitBreaker breaker;
  private final Slots inWork = new Slots(MOST_IN_WORK);
  private final Slots beginning; // until the photographs have been checked
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
    this.rows = rows;
    this.stages = stages;
    this.jobs = jobs;
    this.printer = printer;
    this.board = printer.board();
    this.stop = stop;
    this.retries = new RetryPolicy(config.maxAttempts());
    this.breaker = new CircuitBreaker(config.stopAfterAlike());
    this.beginning = new Slots(config.parallelScenes());
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
    CompletableFuture<?>[] ends =
        scenes.stream()
            .sorted(Comparator.comparing(SceneSource::priority))
            .map(this::finish)
            .toArray(CompletableFuture<?>[]::new);
    await(CompletableFuture.allOf(ends));
    return rows(scenes);
  }

  /** The rows of the scenes that have ended so far, in order of {@code scenes}. */
  List<SceneRunRow> rows(List<SceneSource> scenes) {
    return scenes.stream().map(scene -> ended.get(scene.id())).filter(row -> row != null).toList();
  }

  /** Waits also when it is interrupted: that stops the run, and then the end is near. */
  private void await(CompletableFuture<?> all) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          all.get();
          return;
        } catch (ExecutionException e) {
          throw new IllegalStateException(e.getCause().getMessage(), e.getCause());
        } catch (InterruptedException e) {
          interrupted = true;
          stop.accept("Stopped early: it was interrupted");
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Begins a scene when it is its turn. Scenes that wait for a stage hold up no others. */
  private CompletableFuture<Void> finish(SceneSource scene) {
    long rank = jobs.rank(scene);
    return inWork
        .take(rank)
        .thenCompose(
            place ->
                beginning
                    .take(rank)
                    .thenComposeAsync(turn -> begin(scene, turn), jobs.threads())
                    .whenComplete((done, failure) -> place.close()));
  }

  private CompletableFuture<Void> begin(SceneSource scene, Slots.Slot turn) {
    if (jobs.isStopped()) { // thousands of scenes may wait: not even a look at the store for each
      turn.close();
      return CompletableFuture.completedFuture(null);
    }
    try {
      rows.commitLeftOver(scene.id());
      Optional<SceneRunRow> result = rows.result(scene.id());
      if (result.isEmpty() && !jobs.isCancelled(scene.id())) {
        return attempts(scene, 0, turn).whenComplete((done, failure) -> turn.close());
      }
      result.ifPresent(
          row -> {
            printer.say("scene " + scene.id() + " has its result already");
            ended.put(scene.id(), row);
          });
      turn.close();
      return CompletableFuture.completedFuture(null);
    } catch (Throwable e) {
      turn.close();
      return CompletableFuture.failedFuture(e);
    }
  }

  /**
   * @param tries so far
   */
  private CompletableFuture<Void> attempts(SceneSource scene, int tries, Slots.Slot turn) {
    return attempt(scene, turn)
        .thenCompose(
            row -> {
              ended.put(scene.id(), row);
              if (retries.again(row.verdict(), tries + 1) && !jobs.isCancelled(scene.id())) {
                printer.say("scene %s is tried again (try %d)".formatted(scene.id(), tries + 2));
                ended.remove(scene.id());
                return attempts(scene, tries + 1, turn);
              }
              breaker.ended(row.verdict(), row.verdictDetail());
              breaker.reason().ifPresent(stop);
              return CompletableFuture.completedFuture(null);
            });
  }

  private CompletableFuture<SceneRunRow> attempt(SceneSource scene, Slots.Slot turn) {
    int number = rows.startAttempt(scene.id());
    started.put(scene.id(), number);
    board.open(SceneBeat.first(scene.runId(), scene.id()));
    return stages
        .run(scene, number, turn::close)
        .thenApply(rows::commit)
        .whenComplete(
            (row, failure) -> {
              board.clear(scene.runId(), scene.id());
              if (row != null) {
                printer.say(ending(row));
              }
            });
  }

  private static String ending(SceneRunRow row) {
    LOG.info("scene {} attempt {}: {}", row.sceneId(), row.attempt(), row.verdict());
    return row.metrics() == null
        ? "scene %s %s: %s".formatted(row.sceneId(), row.verdict(), row.verdictDetail())
        : String.format(
            Locale.ROOT,
            "scene %s %s, %s: %.2f dB, SSIM %.4f on %d held-out views, %,d Gaussians, %.0f s%s",
            row.sceneId(),
            row.verdict(),
            row.metrics().qualityWord(),
            row.metrics().psnr(),
            row.metrics().ssim(),
            row.metrics().viewsTest(),
            row.metrics().gaussians(),
            row.seconds().attempt(),
            row.metrics().qualityDetail().isEmpty() ? "" : "; " + row.metrics().qualityDetail());
  }
}
