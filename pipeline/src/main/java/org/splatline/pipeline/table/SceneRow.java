package org.splatline.pipeline.table;

import java.time.Instant;
import org.splatline.gpu.verdict.Verdict;

/**
 * What is known of a scene over all runs; reckoned from {@code scene_runs} and {@code images}.
 *
 * @param fingerprint sha256 of the photographs' names and contents; null: never ingested
 * @param camera as {@link SceneRunRow.PhotographCounts#camera}
 * @param bytes of the photographs; null: never ingested
 * @param place null: no photograph has a position
 * @param lastDoneRunId null: never done
 * @param lastDoneAt null: never done
 */
public record SceneRow(
    String sceneId,
    String sourceUri,
    String fingerprint,
    Integer imagesUsed,
    Long bytes,
    String camera,
    Place place,
    String firstRunId,
    Instant firstSeenAt,
    String lastRunId,
    Instant lastSeenAt,
    Verdict lastVerdict,
    String lastDoneRunId,
    Instant lastDoneAt,
    int runs) {

  /** The box of the photographs' positions, degrees. */
  public record Place(double south, double north, double west, double east) {}
}
