package org.splatline.pipeline.table;

import org.splatline.gpu.train.TrainingPoint;

/** One point of a scene's training curve. */
public record TrainingCurveRow(String runId, String sceneId, int attempt, TrainingPoint point) {}
