package org.splatline.pipeline.run;

import java.time.Instant;
import java.util.List;
import org.splatline.gpu.verdict.Verdict;
import org.splatline.pipeline.progress.SceneBeat;
import org.splatline.pipeline.table.SceneRunRow;

/**
 * The state of a run: the content of STATUS.json, which the driver writes every few seconds.
 *
 * @param driver where it runs; null: no status was written
 * @param profiles one sentence about resource profiles; may be empty
 * @param scenes in order of their names
 */
public record RunStatus(
    int schemaVersion,
    String runId,
    Instant startedAt,
    Instant updatedAt,
    Driver driver,
    String profiles,
    List<SceneState> scenes) {

  public RunStatus {
    scenes = List.copyOf(scenes);
  }

  /** The driver's JVM. {@code applicationId} is Spark's. */
  public record Driver(String host, long pid, String applicationId) {}

  /** The state of a scene. */
  public enum State {
    WAITING,
    RUNNING,
    DONE,
    NOT_DONE
  }

  /**
   * One scene. What is unknown, or does not apply, is null.
   *
   * @param attempt from 1; 0: none has started
   * @param stage {@code ingest}, {@code features}, {@code sfm}, {@code train}, {@code publish}
   * @param phase of training, from 1
   * @param psnr dB; of training views while it runs
   * @param qualityWord {@code good}, {@code fair} or {@code poor}, of a scene that is done
   * @param etaSeconds until the stage ends
   * @param executor Spark's number of it and its host
   * @param line as printed
   */
  public record SceneState(
      String sceneId,
      State state,
      int attempt,
      String stage,
      Integer step,
      Integer steps,
      Integer phase,
      Double psnr,
      Integer gaussians,
      Double etaSeconds,
      String device,
      String executor,
      String line,
      Verdict verdict,
      String verdictDetail,
      String qualityWord,
      String qualityDetail) {

    /** A scene that has not started. */
    public static SceneState waiting(String sceneId) {
      return without(sceneId, State.WAITING, 0);
    }

    /** A running scene that has not sent progress. */
    public static SceneState running(String sceneId, int attempt) {
      return without(sceneId, State.RUNNING, attempt);
    }

    /** A running scene, as its last beat says. */
    public static SceneState running(int attempt, SceneBeat beat) {
      SceneBeat.Training training = beat.training();
      boolean trains = training != null;
      return new SceneState(
          beat.sceneId(),
          State.RUNNING,
          attempt,
          beat.stage() == null ? "" : beat.stage().word(),
          trains ? training.step() : null,
          trains ? training.steps() : null,
          trains ? training.phase() + 1 : null,
          trains ? training.trainPsnr() : null,
          trains ? training.gaussians() : null,
          trains ? training.etaSeconds() : null,
          null,
          beat.executor(),
          beat.line(),
          null,
          null,
          null,
          null);
    }

    private static SceneState without(String sceneId, State state, int attempt) {
      return new SceneState(
          sceneId, state, attempt, null, null, null, null, null, null, null, null, null, null, null,
          null, null, null);
    }

    /** A scene that has ended, as its row says. */
    public static SceneState ended(SceneRunRow row) {
      boolean trained = row.metrics() != null;
      return new SceneState(
          row.sceneId(),
          row.verdict().isDone() ? State.DONE : State.NOT_DONE,
          row.attempt(),
          row.stage(),
          trained ? row.metrics().steps() : null,
          trained ? row.metrics().steps() : null,
          null,
          trained ? row.metrics().psnr() : null,
          trained ? row.metrics().gaussians() : null,
          null,
          trained ? row.metrics().device() : null,
          null,
          null,
          row.verdict(),
          row.verdictDetail(),
          trained ? row.metrics().qualityWord() : null,
          trained ? row.metrics().qualityDetail() : null);
    }

    /** Whether it does not run any more. */
    public boolean hasEnded() {
      return state == State.DONE || state == State.NOT_DONE;
    }
  }
}
