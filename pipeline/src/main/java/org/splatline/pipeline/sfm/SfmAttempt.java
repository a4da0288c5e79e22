package org.splatline.pipeline.sfm;

import org.splatline.gpu.verdict.Verdict;

/**
 * One rung of the ladder as it was tried.
 *
 * @param rung from 1
 * @param matcher COLMAP's matching, as in {@code exhaustive}; empty: pairs of the rungs before
 * @param matcherReason why that one
 * @param mapping {@code incremental}, {@code relaxed} or {@code global}
 * @param verdict what the gate, or the tool's end, said of it
 * @param detail one sentence; empty when OK
 * @param modelsFound sub-models
 * @param registered photographs of the best
 * @param readable photographs COLMAP could read
 * @param points of the best
 * @param observations of the best
 * @param meanErrorPx of the best, px; null without one
 * @param meanTrackLength of the best; null without one
 * @param matchingSeconds 0: none
 * @param mappingSeconds 0: none
 * @param chosen whether its model is the scene's
 */
public record SfmAttempt(
    int rung,
    String matcher,
    String matcherReason,
    String mapping,
    Verdict verdict,
    String detail,
    int modelsFound,
    int registered,
    int readable,
    int points,
    long observations,
    Double meanErrorPx,
    Double meanTrackLength,
    double matchingSeconds,
    double mappingSeconds,
    boolean chosen) {}
