package org.splatline.pipeline.table;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Rows that are committed together: rows of scenes, or of the run itself. They are the content of
 * {@code commits/N.json}, RESULT.json and OUTCOME.json. Lists that are missing in a file of an
 * earlier version are empty.
 */
public record Group(
    List<RunRow> runs,
    List<SfmAttemptRow> sfmAttempts,
    List<ImageRow> images,
    List<TrainingCurveRow> trainingCurve,
    List<ViewMetricsRow> viewMetrics,
    List<ModelRow> models,
    List<SceneRunRow> sceneRuns) {

  public Group {
    runs = present(runs);
    sfmAttempts = present(sfmAttempts);
    images = present(images);
    trainingCurve = present(trainingCurve);
    viewMetrics = present(viewMetrics);
    models = present(models);
    sceneRuns = present(sceneRuns);
  }

  private static <T> List<T> present(List<T> rows) {
    return rows == null ? List.of() : List.copyOf(rows);
  }

  /** A group with the row of the run itself. */
  public static Group of(RunRow run) {
    return new Group(
        List.of(run), List.of(), List.of(), List.of(), List.of(), List.of(), List.of());
  }

  /** A group with all rows of several groups. */
  public static Group of(List<Group> parts) {
    return new Group(
        all(parts, Group::runs),
        all(parts, Group::sfmAttempts),
        all(parts, Group::images),
        all(parts, Group::trainingCurve),
        all(parts, Group::viewMetrics),
        all(parts, Group::models),
        all(parts, Group::sceneRuns));
  }

  private static <T> List<T> all(List<Group> parts, Function<Group, List<T>> rows) {
    return parts.stream().flatMap(part -> rows.apply(part).stream()).toList();
  }

  /** What identifies the attempts, and the rows of the run itself, that this group holds. */
  public Set<String> keys() {
    return Stream.concat(
            sceneRuns.stream().map(Group::key), runs.stream().map(row -> runKey(row.attempt())))
        .collect(Collectors.toSet());
  }

  /** This group without the rows of attempts and runs that have one of these keys. */
  public Group without(Set<String> keys) {
    if (Collections.disjoint(keys, keys())) {
      return this;
    }
    return new Group(
        runs.stream().filter(row -> !keys.contains(runKey(row.attempt()))).toList(),
        without(keys, sfmAttempts),
        without(keys, images),
        without(keys, trainingCurve),
        without(keys, viewMetrics),
        without(keys, models),
        without(keys, sceneRuns));
  }

  private static <T extends AttemptRow> List<T> without(Set<String> keys, List<T> rows) {
    return rows.stream().filter(row -> !keys.contains(key(row))).toList();
  }

  private static String key(AttemptRow row) {
    return sceneKey(row.sceneId(), row.attempt());
  }

  static String sceneKey(String sceneId, int attempt) {
    return "scene " + sceneId + " " + attempt;
  }

  static String runKey(int attempt) {
    return "run " + attempt;
  }

  /** The number of rows for each table. */
  public Map<Table<?>, Integer> sizes() {
    return Map.of(
        Tables.RUNS, runs.size(),
        Tables.SFM_ATTEMPTS, sfmAttempts.size(),
        Tables.IMAGES, images.size(),
        Tables.TRAINING_CURVE, trainingCurve.size(),
        Tables.VIEW_METRICS, viewMetrics.size(),
        Tables.MODELS, models.size(),
        Tables.SCENE_RUNS, sceneRuns.size());
  }

  /** The number of rows for all tables together. */
  long rows() {
    return sizes().values().stream().mapToLong(Integer::longValue).sum();
  }

  /** The same rows, with each attempt as its scene's final answer. */
  public Group asPublished() {
    return new Group(
        runs,
        sfmAttempts,
        images,
        trainingCurve,
        viewMetrics,
        models,
        sceneRuns.stream().map(SceneRunRow::asPublished).toList());
  }
}
