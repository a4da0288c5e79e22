package org.splatline.gpu.sfm;

import java.io.Serializable;
import org.splatline.gpu.verdict.Verdict;

/**
 * One rung of the ladder that was tried.
 *
 * @param rung from 1
 * @param matcher COLMAP's matching, as in {@code exhaustive}; empty: the pairs of the earlier rungs
 * @param matcherReason why this matching
 * @param mapping {@code incremental}, {@code relaxed} or {@code global}
 * @param verdict of the gate, or of COLMAP's failure
 * @param detail one sentence; empty when OK
 * @param modelsFound sub-models
 * @param registered photographs of the best sub-model
 * @param readable photographs COLMAP could read
 * @param points of the best sub-model
 * @param observations of the best sub-model
 * @param meanErrorPx of the best sub-model, px; null without one
 * @param meanTrackLength of the best sub-model; null without one
 * @param matchingSeconds 0: nothing was matched
 * @param mappingSeconds 0: nothing was mapped
 * @param chosen whether its model is used for the scene
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
    boolean chosen)
    implements Serializable {}
