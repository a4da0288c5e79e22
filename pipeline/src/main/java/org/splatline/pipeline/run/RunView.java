package org.splatline.pipeline.run;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.splatline.gpu.config.ConfigException;
import org.splatline.gpu.config.EditDistance;
import org.splatline.pipeline.run.RunStatus.SceneState;
import org.splatline.pipeline.store.Json;
import org.splatline.pipeline.store.RunFolder;
import org.splatline.pipeline.store.Store;
import org.splatline.pipeline.table.Group;

/**
 * A run as seen from outside the driver: STATUS.json, corrected by its scenes' own files and by
 * SUMMARY.json.
 *
 * @param exitCode of a run that has ended; else null
 * @param driverGone whether it has not ended and has not written a status for a minute
 */
public record RunView(RunStatus status, Integer exitCode, boolean driverGone) {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int NAMED = 3;

  /** Reads the run's files. Throws {@link ConfigException} when there is no such run. */
  public static RunView read(Store store, String runId) {
    return read(find(store, runId), runId, Instant.now());
  }

  /**
   * The run's files. Throws {@link ConfigException} that names similar runs when there are none.
   */
  public static RunFolder find(Store store, String runId) {
    List<String> runs = store.runs();
    if (!runs.contains(runId)) {
      throw new ConfigException(
          "Cannot find run %s in %s: %s"
              .formatted(
                  runId,
                  store.location(),
                  runs.isEmpty() ? "it holds no run" : "nearest: " + nearest(runId, runs)));
    }
    return store.run(runId);
  }

  private static String nearest(String runId, List<String> runs) {
    List<String> left = new ArrayList<>(runs);
    List<String> named = new ArrayList<>();
    while (!left.isEmpty() && named.size() < NAMED) {
      String next = EditDistance.nearest(runId, left);
      named.add(next);
      left.remove(next);
    }
    return String.join(", ", named);
  }

  static RunView read(RunFolder run, String runId, Instant now) {
    Optional<RunStatus> last = run.status().map(json -> Json.read(json, RunStatus.class));
    Optional<RunSummary> summary =
        run.summary()
            .map(json -> Json.read(json, RunSummary.class))
            .filter(ending -> isOfTheSameDriver(ending, last));
    Map<String, SceneState> scenes = new TreeMap<>();
    last.ifPresent(status -> status.scenes().forEach(scene -> scenes.put(scene.sceneId(), scene)));
    if (summary.isPresent() && summary.get().knowsScenes()) {
      scenes.clear();
      summary.get().scenes().forEach(row -> scenes.put(row.sceneId(), SceneState.ended(row)));
      summary.get().notBegun().forEach(id -> scenes.put(id, SceneState.waiting(id)));
    } else {
      run.scenes().forEach(id -> scenes.put(id, state(run, id, scenes.get(id))));
    }
    if (summary.isPresent()) { // nothing runs any more
      scenes.replaceAll(
          (id, scene) -> scene.state() == RunStatus.State.RUNNING ? SceneState.waiting(id) : scene);
    }
    RunStatus status =
        new RunStatus(
            1,
            runId,
            last.map(RunStatus::startedAt).orElse(null),
            last.map(RunStatus::updatedAt).orElse(null),
            last.map(RunStatus::driver).orElse(null),
            last.map(RunStatus::profiles).orElse(""),
            List.copyOf(scenes.values()));
    boolean silent = last.isPresent() && last.get().updatedAt().plus(PATIENCE).isBefore(now);
    return new RunView(
        status, summary.map(RunSummary::exitCode).orElse(null), summary.isEmpty() && silent);
  }

  /** An earlier driver's summary may be there when another has started. */
  private static boolean isOfTheSameDriver(RunSummary summary, Optional<RunStatus> last) {
    return summary.applicationId() == null
        || last.map(RunStatus::driver)
            .filter(driver -> !summary.applicationId().equals(driver.applicationId()))
            .isEmpty();
  }

  /** A scene's own files are newer than the status. */
  private static SceneState state(RunFolder run, String scene, SceneState reported) {
    Optional<byte[]> result = run.result(scene);
    if (result.isPresent()) {
      return ended(result.get());
    }
    if (reported != null && reported.state() == RunStatus.State.WAITING) {
      return reported; // its attempts are of an earlier invocation
    }
    List<Integer> attempts = run.attempts(scene);
    int last = attempts.isEmpty() ? 0 : attempts.get(attempts.size() - 1);
    if (last == 0 || (reported != null && reported.attempt() > last)) {
      return reported == null ? SceneState.waiting(scene) : reported;
    }
    Optional<byte[]> outcome = run.outcome(scene, last);
    if (outcome.isPresent() && (reported == null || reported.attempt() == last)) {
      return ended(outcome.get());
    }
    return reported == null || reported.attempt() < last
        ? SceneState.running(scene, last)
        : reported;
  }

  private static SceneState ended(byte[] group) {
    return SceneState.ended(Json.read(group, Group.class).sceneRuns().get(0));
  }
}
