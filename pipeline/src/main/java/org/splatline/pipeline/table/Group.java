package org.splatline.pipeline.table;

import java.util.ArrayList;
import java.util.List;

/**
 * Rows that are committed together: of scenes, or of the run itself. The content of {@code
 * commits/N.json}, of RESULT.json and of OUTCOME.json.
 */
public record Group(
    List<RunRow> runs,
    List<TrainingCurveRow> trainingCurve,
    List<ViewMetricsRow> viewMetrics,
    List<ModelRow> models,
    List<SceneRunRow> sceneRuns) {

  public Group {
    runs = List.copyOf(runs);
    trainingCurve = List.copyOf(trainingCurve);
    viewMetrics = List.copyOf(viewMetrics);
    models = List.copyOf(models);
    sceneRuns = List.copyOf(sceneRuns);
  }

  /** The row of the run itself. */
  public static Group of(RunRow run) {
    return new Group(List.of(run), List.of(), List.of(), List.of(), List.of());
  }

  /** All rows of several attempts. */
  public static Group of(List<Group> parts) {
    List<RunRow> runs = new ArrayList<>();
    List<TrainingCurveRow> curve = new ArrayList<>();
    List<ViewMetricsRow> views = new ArrayList<>();
    List<ModelRow> models = new ArrayList<>();
    List<SceneRunRow> scenes = new ArrayList<>();
    for (Group part : parts) {
      runs.addAll(part.runs);
      curve.addAll(part.trainingCurve);
      views.addAll(part.viewMetrics);
      models.addAll(part.models);
      scenes.addAll(part.sceneRuns);
    }
    return new Group(runs, curve, views, models, scenes);
  }

  /** The same, with attempts that are their scenes' final answers. */
  public Group asPublished() {
    return new Group(
        runs,
        trainingCurve,
        viewMetrics,
        models,
        sceneRuns.stream().map(SceneRunRow::asPublished).toList());
  }
}
