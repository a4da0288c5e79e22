package org.splatline.pipeline.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.splatline.gpu.config.ConfigException;
import org.splatline.gpu.config.EditDistance;
import org.splatline.gpu.config.Units;
import org.splatline.pipeline.run.RunStatus.SceneState;
import org.splatline.pipeline.run.RunSummary;
import org.splatline.pipeline.run.RunView;
import org.splatline.pipeline.store.RunFolder;
import org.splatline.pipeline.store.Store;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code splatline cancel}: asks a run's driver to stop, wherever it is. */
@Command(
    name = "cancel",
    description = "Ask a run to stop, or to give scenes up.",
    footer = {"", "Exit codes: 0 it took effect, 2 not within --wait, 64 usage."})
final class CancelCommand implements Callable<Integer> {
  private static final long LOOK_EVERY_MILLIS = 500;

  @Spec private CommandSpec spec;

  @Mixin private RunOptions run;

  @Option(
      names = "--scene",
      paramLabel = "NAME",
      description = "only this scene; may be repeated; default: the whole run")
  private List<String> scenes = new ArrayList<>();

  @Option(
      names = "--wait",
      paramLabel = "TIME",
      defaultValue = "30s",
      description = "for it to take effect; default: ${DEFAULT-VALUE}")
  private String patience;

  @Override
  public Integer call() throws InterruptedException {
    Duration wait = Units.duration(patience);
    Store store = run.store();
    RunView view = RunView.read(store, run.runId());
    check(view);
    RunFolder folder = store.run(run.runId());
    if (scenes.isEmpty()) {
      folder.requestCancel();
    } else {
      scenes.forEach(folder::requestCancel);
    }
    PrintWriter out = spec.commandLine().getOut();
    String what = scenes.isEmpty() ? "run " + run.runId() : "scene " + String.join(", ", scenes);
    Instant until = Instant.now().plus(wait);
    while (!tookEffect(view)) {
      if (Instant.now().isAfter(until)) {
        out.printf("Asked to cancel %s; it has not ended after %s%n", what, patience);
        return RunSummary.SOME_NOT_DONE;
      }
      Thread.sleep(LOOK_EVERY_MILLIS);
      view = RunView.read(store, run.runId());
    }
    out.printf("Ended: %s%n", what);
    return 0;
  }

  private void check(RunView view) {
    if (view.exitCode() != null) {
      throw new ConfigException(
          "Cannot cancel run %s: it has ended, with exit code %d"
              .formatted(run.runId(), view.exitCode()));
    }
    if (view.driverGone()) {
      throw new ConfigException(
          "Cannot cancel run %s: its driver seems gone, nothing heard since %s"
              .formatted(run.runId(), view.status().updatedAt()));
    }
    List<String> known = view.status().scenes().stream().map(SceneState::sceneId).toList();
    for (String scene : scenes) {
      if (!known.contains(scene)) {
        throw new ConfigException(
            "Cannot find scene %s in run %s%s"
                .formatted(
                    scene,
                    run.runId(),
                    known.isEmpty() ? "" : ": nearest: " + EditDistance.nearest(scene, known)));
      }
    }
  }

  private boolean tookEffect(RunView view) {
    return view.exitCode() != null
        || (!scenes.isEmpty()
            && view.status().scenes().stream()
                .filter(scene -> scenes.contains(scene.sceneId()))
                .allMatch(SceneState::hasEnded));
  }
}
