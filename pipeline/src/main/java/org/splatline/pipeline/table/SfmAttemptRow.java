package org.splatline.pipeline.table;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import org.splatline.gpu.PlainText;
import org.splatline.gpu.verdict.Verdict;

/**
 * One way in which COLMAP searched for a scene's cameras. JSON and the table show the groups'
 * components in their place.
 *
 * @param rung from 1
 */
@JsonDeserialize(using = FlatRecordReader.class)
public record SfmAttemptRow(
    @JsonUnwrapped AttemptKey key,
    int rung,
    @JsonUnwrapped Method method,
    @JsonUnwrapped Outcome outcome,
    @JsonUnwrapped Found found,
    @JsonUnwrapped Seconds seconds)
    implements AttemptRow {

  /**
   * How COLMAP searched.
   *
   * @param matcher empty if it used the pairs of earlier rungs
   */
  public record Method(String matcher, String matcherReason, String mapping) {}

  /**
   * What came of it.
   *
   * @param chosen whether this rung's model became the scene's
   */
  public record Outcome(Verdict verdict, String detail, boolean chosen) {
    public Outcome {
      detail = PlainText.line(detail);
    }
  }

  /**
   * What COLMAP found.
   *
   * @param models number of sub-models
   * @param registered photographs with a camera in the largest sub-model
   * @param readable photographs that COLMAP could read
   * @param meanErrorPx mean reprojection error, px; null without a model
   * @param meanTrackLength photographs per point; null without a model
   */
  public record Found(
      int models,
      int registered,
      int readable,
      int points,
      long observations,
      Double meanErrorPx,
      Double meanTrackLength) {}

  /** Seconds per step. Extraction is shared by all rungs. */
  public record Seconds(double extractionSeconds, double matchingSeconds, double mappingSeconds) {}
}
