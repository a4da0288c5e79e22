package org.splatline.pipeline.table;

import org.splatline.gpu.metric.ViewMetrics;

/**
 * How well one held-out view is rendered.
 *
 * @param step the model's
 * @param lpipsConvention as {@link org.splatline.gpu.metric.SceneMetrics#lpipsConvention}
 */
public record ViewMetricsRow(
    String runId,
    String sceneId,
    int attempt,
    int step,
    String lpipsConvention,
    ViewMetrics metrics) {}
