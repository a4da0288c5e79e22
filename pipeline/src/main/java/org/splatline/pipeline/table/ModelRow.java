package org.splatline.pipeline.table;

/**
 * One exported file of a trained scene.
 *
 * @param sha256 of the file, hexadecimal
 */
public record ModelRow(
    String runId,
    String sceneId,
    int attempt,
    String format,
    String uri,
    long bytes,
    String sha256,
    int gaussians) {}
