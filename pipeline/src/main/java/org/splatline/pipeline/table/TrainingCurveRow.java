package org.splatline.pipeline.table;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import org.splatline.gpu.train.TrainingPoint;

/** One point of a scene's training curve. JSON shows the key's components in its place. */
@JsonDeserialize(using = FlatRecordReader.class)
public record TrainingCurveRow(@JsonUnwrapped AttemptKey key, TrainingPoint point)
    implements AttemptRow {}
