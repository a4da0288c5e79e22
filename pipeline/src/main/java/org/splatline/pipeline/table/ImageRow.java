package org.splatline.pipeline.table;

/**
 * One file of a scene's.
 *
 * @param status USED, or why it is left out
 * @param reason one clause; empty when used
 * @param takenAt local time as the camera wrote it; empty: unknown
 * @param latitude degrees north; null: unknown
 * @param longitude degrees east; null: unknown
 * @param altitude m; null: unknown
 * @param duplicateOf empty: none
 * @param model sub-model of the best attempt it is registered in, from 0, the scene's own; null:
 *     none, or COLMAP didn't run
 * @param observations features that show a point; null with {@code model}
 * @param camera EXIF's make and model; null: unknown
 */
public record ImageRow(
    String runId,
    String sceneId,
    int attempt,
    String image,
    String status,
    String reason,
    long bytes,
    String sha256,
    int width,
    int height,
    int orientation,
    double focalLengthMm,
    String takenAt,
    Double latitude,
    Double longitude,
    Double altitude,
    double sharpness,
    boolean blurred,
    String duplicateOf,
    Integer model,
    Integer observations,
    String camera) {}
