package org.splatline.pipeline.table;

/** A row that belongs to one attempt at a scene. */
public sealed interface AttemptRow
    permits SceneRunRow, SfmAttemptRow, ImageRow, TrainingCurveRow, ViewMetricsRow, ModelRow {
  AttemptKey key();

  default String runId() {
    return key().runId();
  }

  default String sceneId() {
    return key().sceneId();
  }

  default int attempt() {
    return key().attempt();
  }
}
