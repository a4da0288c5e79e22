package org.splatline.pipeline.run;

import java.time.Instant;
import java.util.List;
import org.splatline.gpu.verdict.Verdict;
import org.splatline.pipeline.progress.SceneBeat;
import org.splatline.pipeline.table.SceneRunRow;

/**
 * What a run is at: the content of STATUS.json, which the driver writes every few seconds.
 *
 * @param driver where it runs; null: nobody wrote a status
 * @param profiles one sentence on resource profiles; may be empty
 * @param scenes one each, in order of their names
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

  /** How far a scene is. */
  public enum State {
    WAITING,
    RUNNING,
    DONE,
    NOT_DONE
  }

  /**
   * One scene. What isn't known, or doesn't apply, is null.
   *
   * @param attempt from 1; 0: none begun
   * @param stage {@code ingest}, {@code sfm}, {@code train}, {@code publish}
   * @param phase of training, from 1
   * @param psnr dB
   * @param etaSeconds until the stage ends
   * @param executor Spark's name of it
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
      String verdictDetail) {

    /** Not begun. */
    public static SceneState waiting(String sceneId) {
      return begun(sceneId, State.WAITING, 0);
    }

    /** At work, nothing heard of it yet. */
    public static SceneState running(String sceneId, int attempt) {
      return begun(sceneId, State.RUNNING, attempt);
    }

    /** At work, as its last beat says. */
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
          null);
    }

    private static SceneState begun(String sceneId, State state, int attempt) {
      return new SceneState(
          sceneId, state, attempt, null, null, null, null, null, null, null, null, null, null, null,
          null);
    }

    /** Ended, as its row says. */
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
          row.verdictDetail());
    }

    /** Whether it has its answer for now. */
    public boolean hasEnded() {
      return state == State.DONE || state == State.NOT_DONE;
    }
  }
}
