package org.splatline.pipeline.cli;

import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.splatline.pipeline.run.RunStatus.SceneState;
import org.splatline.pipeline.run.RunStatus.State;
import org.splatline.pipeline.run.RunView;

/** The progress of a run as text for people. */
final class StatusText {
  private static final List<String> HEADINGS =
      List.of("scene", "state", "quality", "stage", "step", "PSNR dB", "Gaussians", "ETA", "where");

  private StatusText() {}

  static String of(RunView view) {
    List<SceneState> scenes = view.status().scenes();
    TextTable table = new TextTable(HEADINGS);
    scenes.forEach(scene -> table.add(cells(scene)));
    StringBuilder text = new StringBuilder().append(table);
    for (SceneState scene : scenes) {
      if (scene.state() == State.NOT_DONE) {
        text.append(scene.sceneId()).append(": ").append(scene.verdictDetail()).append('\n');
      }
      if (scene.qualityDetail() != null && !scene.qualityDetail().isEmpty()) {
        text.append(
            "%s is %s: %s%n"
                .formatted(scene.sceneId(), scene.qualityWord(), scene.qualityDetail()));
      }
    }
    return text.append(totals(view)).append('\n').append(ending(view)).toString();
  }

  private static String totals(RunView view) {
    return "run %s: %d scenes, %d done, %d not done, %d running, %d waiting"
        .formatted(
            view.status().runId(),
            view.status().scenes().size(),
            count(view, State.DONE),
            count(view, State.NOT_DONE),
            count(view, State.RUNNING),
            count(view, State.WAITING));
  }

  private static long count(RunView view, State state) {
    return view.status().scenes().stream().filter(scene -> scene.state() == state).count();
  }

  private static String ending(RunView view) {
    if (view.exitCode() != null) {
      return "ended with exit code %d%n".formatted(view.exitCode());
    }
    return view.driverGone()
        ? "The driver has not reported since %s and seems to be gone. Resume with: splatline run --run-id %s%n"
            .formatted(view.status().updatedAt(), view.status().runId())
        : "";
  }

  private static List<String> cells(SceneState scene) {
    String state = scene.state() == State.NOT_DONE ? scene.verdict().name() : scene.state().name();
    return List.of(
        scene.sceneId(),
        state,
        Objects.requireNonNullElse(scene.qualityWord(), ""),
        Objects.requireNonNullElse(scene.stage(), ""),
        scene.step() == null ? "" : scene.step() + "/" + scene.steps(),
        scene.psnr() == null ? "" : String.format(Locale.ROOT, "%.2f", scene.psnr()),
        scene.gaussians() == null ? "" : String.format(Locale.ROOT, "%,d", scene.gaussians()),
        scene.etaSeconds() == null ? "" : clock(Math.round(scene.etaSeconds())),
        Objects.requireNonNullElse(
            scene.executor(), Objects.requireNonNullElse(scene.device(), "")));
  }

  private static String clock(long seconds) {
    return String.format(
        Locale.ROOT, "%d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
  }
}
