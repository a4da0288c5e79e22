package org.splatline.gpu.train;

import org.splatline.gpu.gaussian.GaussianState;

/**
 * Training at the end of a step: all it takes to go on as if it had never stopped.
 *
 * @param step done
 * @param configHash of the configuration it was trained with
 * @param sceneFingerprint of the scene it was trained on
 */
record Checkpoint(
    int step,
    long seed,
    String configHash,
    String sceneFingerprint,
    ScheduleState schedule,
    GaussianState state) {}
