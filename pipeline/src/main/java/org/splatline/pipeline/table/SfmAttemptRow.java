package org.splatline.pipeline.table;

import org.splatline.gpu.verdict.Verdict;

/**
 * One way in which a scene's cameras were looked for.
 *
 * @param rung from 1
 * @param matcher empty: pairs of the rungs before
 * @param meanErrorPx px; null without a model
 * @param meanTrackLength null without a model
 * @param chosen whether its model is the scene's
 */
public record SfmAttemptRow(
    String runId,
    String sceneId,
    int attempt,
    int rung,
    String matcher,
    String matcherReason,
    String mapping,
    Verdict verdict,
    String detail,
    int models,
    int registered,
    int readable,
    int points,
    long observations,
    Double meanErrorPx,
    Double meanTrackLength,
    double extractionSeconds,
    double matchingSeconds,
    double mappingSeconds,
    boolean chosen) {}
