package org.splatline.pipeline.table;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import org.splatline.gpu.metric.FileScore;

/**
 * One exported file of a trained scene. JSON and the table show the components of the key and of
 * the score in their places.
 *
 * @param sha256 of the file, hexadecimal
 */
@JsonDeserialize(using = FlatRecordReader.class)
public record ModelRow(
    @JsonUnwrapped AttemptKey key,
    String format,
    String uri,
    String sha256,
    int gaussians,
    @JsonUnwrapped FileScore score)
    implements AttemptRow {

  /** Size of the file. */
  public long bytes() {
    return score.bytes();
  }
}
