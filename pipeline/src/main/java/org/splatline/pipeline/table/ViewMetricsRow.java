package org.splatline.pipeline.table;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import org.splatline.gpu.metric.ViewMetrics;

/**
 * The quality of one held-out view. JSON shows the key's components in its place.
 *
 * @param step optimiser step of the model
 * @param lpipsConvention as {@link org.splatline.gpu.metric.SceneMetrics#lpipsConvention}
 */
@JsonDeserialize(using = FlatRecordReader.class)
public record ViewMetricsRow(
    @JsonUnwrapped AttemptKey key, int step, String lpipsConvention, ViewMetrics metrics)
    implements AttemptRow {}
