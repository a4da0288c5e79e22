package org.splatline.pipeline.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.splatline.gpu.config.ConfigException;
import org.splatline.gpu.config.EditDistance;
import org.splatline.pipeline.config.PipelineConfig;
import org.splatline.pipeline.run.RunStatus.SceneState;
import org.splatline.pipeline.run.RunSummary;
import org.splatline.pipeline.run.RunView;
import org.splatline.pipeline.store.RunFolder;
import org.splatline.pipeline.store.Store;

/**
 * Asks the driver of a run to stop, and waits until it has.
 *
 * @param scenes the scenes to cancel; empty: the whole run
 */
record RunCancellation(PipelineConfig config, String runId, List<String> scenes, PrintWriter out) {
  private static final long POLL_MILLIS = 500;

  /**
   * Returns the exit code. Throws {@link ConfigException} when there is nothing to cancel.
   *
   * @param waitText {@code wait} as the user wrote it
   */
  int run(Duration wait, String waitText) throws InterruptedException {
    Store store = ConfiguredStore.open(config);
    RunView view = RunView.read(store, runId);
    check(view);
    request(store.run(runId));
    String what = scenes.isEmpty() ? "run " + runId : "scene " + String.join(", ", scenes);
    Instant until = Instant.now().plus(wait);
    while (!isCancelled(view)) {
      if (Instant.now().isAfter(until)) {
        out.printf("Asked to cancel %s. It has not ended after %s%n", what, waitText);
        return RunSummary.SOME_NOT_DONE;
      }
      Thread.sleep(POLL_MILLIS);
      view = RunView.read(store, runId);
    }
    out.printf("Ended: %s%n", what);
    return 0;
  }

  private void request(RunFolder folder) {
    if (scenes.isEmpty()) {
      folder.requestCancel();
    } else {
      scenes.forEach(folder::requestCancel);
    }
  }

  private void check(RunView view) {
    if (view.exitCode() != null) {
      throw new ConfigException(
          "Cannot cancel run %s: it has ended, with exit code %d"
              .formatted(runId, view.exitCode()));
    }
    if (view.driverGone()) {
      throw new ConfigException(
          "Cannot cancel run %s: its driver has not reported since %s and seems to be gone"
              .formatted(runId, view.status().updatedAt()));
    }
    List<String> known = view.status().scenes().stream().map(SceneState::sceneId).toList();
    for (String scene : scenes) {
      if (!known.contains(scene)) {
        throw new ConfigException(
            "Cannot find scene %s in run %s%s"
                .formatted(
                    scene,
                    runId,
                    known.isEmpty() ? "" : ": nearest: " + EditDistance.nearest(scene, known)));
      }
    }
  }

  private boolean isCancelled(RunView view) {
    return view.exitCode() != null
        || (!scenes.isEmpty()
            && view.status().scenes().stream()
                .filter(scene -> scenes.contains(scene.sceneId()))
                .allMatch(SceneState::hasEnded));
  }
}
