package org.splatline.pipeline.table;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;

/**
 * One exported file of a trained scene. JSON and the table show the key's components in its place.
 *
 * @param sha256 of the file, hexadecimal
 */
@JsonDeserialize(using = FlatRecordReader.class)
public record ModelRow(
    @JsonUnwrapped AttemptKey key,
    String format,
    String uri,
    long bytes,
    String sha256,
    int gaussians)
    implements AttemptRow {}
