package org.splatline.pipeline.table;

import java.time.Instant;
import org.splatline.gpu.verdict.Verdict;

/**
 * What is known of a scene over all runs, computed from {@code scene_runs}.
 *
 * @param tenant whose scene it is; empty if the batch names nobody
 * @param fingerprint sha256 of the photographs' names and contents; null if never ingested
 * @param camera as {@link SceneRunRow.PhotographCounts#camera}
 * @param bytes size of all files; null if never ingested
 * @param place null if no photograph has a position
 * @param lastDoneRunId null if no run made a model
 * @param lastDoneAt null if no run made a model
 * @param lastQualityWord of that model; null if it is not known
 */
public record SceneRow(
    String tenant,
    String sceneId,
    String sourceUri,
    String fingerprint,
    Integer imagesUsed,
    Long bytes,
    String camera,
    SceneRunRow.Place place,
    String firstRunId,
    Instant firstSeenAt,
    String lastRunId,
    Instant lastSeenAt,
    Verdict lastVerdict,
    String lastDoneRunId,
    Instant lastDoneAt,
    String lastQualityWord,
    int runs) {}
