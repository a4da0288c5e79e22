package org.splatline.pipeline.site;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.util.List;
import java.util.Optional;
import org.splatline.pipeline.report.RunComparison;
import org.splatline.pipeline.report.RunReport;
import org.splatline.pipeline.report.RunReport.Spread;
import org.splatline.pipeline.report.RunRows;
import org.splatline.pipeline.report.SceneComparison;

/**
 * What the page of a run shows; run.json.
 *
 * @param psnrMedian dB; null if no scene has a model, as {@code modelBytes}
 * @param modelBytes of all models together
 * @param comparison null if no run before had one of these scenes
 */
record RunPage(
    int schemaVersion,
    @JsonUnwrapped Head head,
    Double psnrMedian,
    Long modelBytes,
    Double gpuBusyShare,
    Double costUsd,
    int costUnknown,
    Comparison comparison,
    List<SceneOf> scenes) {

  /** The run itself. */
  record Head(
      String run,
      String profile,
      String startedAt,
      double seconds,
      int exitCode,
      String stoppedBecause) {

    static Head of(RunReport.Run run) {
      return new Head(
          run.runId(),
          run.profile(),
          run.startedAt().toString(),
          run.seconds(),
          run.exitCode(),
          run.stoppedBecause());
    }
  }

  /**
   * A scene's row.
   *
   * @param folder below {@code scenes/}
   */
  record SceneOf(
      String scene,
      String folder,
      @JsonUnwrapped ScenePage.Answer answer,
      Double psnr,
      Double ssim,
      Integer gaussians,
      Long modelBytes,
      double attemptSeconds,
      Double costUsd,
      String preview) {

    static SceneOf of(ScenePage page, Long modelBytes) {
      ScenePage.Figures figures = page.figures();
      return new SceneOf(
          page.scene(),
          SceneFolderName.of(page.scene()),
          page.answer(),
          figures.psnr(),
          figures.ssim(),
          figures.gaussians(),
          modelBytes,
          figures.attemptSeconds(),
          figures.costUsd(),
          page.preview());
    }
  }

  /** The run before, and what has changed since. */
  record Comparison(
      String before,
      int better,
      int equal,
      int worse,
      List<Changed> scenes,
      List<String> onlyBefore) {

    static Comparison of(RunComparison comparison) {
      return new Comparison(
          comparison.before(),
          comparison.better(),
          comparison.equal(),
          comparison.worse(),
          comparison.scenes().stream()
              .filter(scene -> scene.outcome() != SceneComparison.Outcome.EQUAL)
              .map(Changed::of)
              .toList(),
          comparison.onlyBefore());
    }
  }

  /** A scene that changed. */
  record Changed(
      String scene,
      SceneComparison.Outcome outcome,
      List<SceneComparison.Change> changes,
      Double psnrBefore,
      Double psnr) {

    static Changed of(SceneComparison scene) {
      return new Changed(
          scene.sceneId(),
          scene.outcome(),
          scene.changes(),
          scene.before().psnr(),
          scene.after().psnr());
    }
  }

  /**
   * @param scenes in the order of the run's rows
   */
  static RunPage of(RunRows run, Optional<RunComparison> comparison, List<SceneOf> scenes) {
    RunReport report = RunReport.of(run);
    Spread bytes = report.results().modelBytes();
    Spread psnr = report.results().psnr();
    return new RunPage(
        1,
        Head.of(report.run()),
        psnr == null ? null : psnr.median(),
        bytes == null ? null : Math.round(bytes.mean() * bytes.scenes()),
        report.costs().gpuBusyShare(),
        report.costs().costUsd(),
        report.costs().costUnknown(),
        comparison.map(Comparison::of).orElse(null),
        scenes);
  }
}
