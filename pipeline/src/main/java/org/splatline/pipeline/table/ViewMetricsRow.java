package org.splatline.pipeline.table;

import org.splatline.gpu.metric.ViewMetrics;

/**
 * How well one held-out view is rendered.
 *
 * @param step the model's
 */
public record ViewMetricsRow(
    String runId, String sceneId, int attempt, int step, ViewMetrics metrics) {}
