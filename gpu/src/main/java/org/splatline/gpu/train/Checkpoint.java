package org.splatline.gpu.train;

import org.splatline.gpu.backend.Exposures;
import org.splatline.gpu.gaussian.TrainingState;

/**
 * The state of a training after a step. Training that resumes from it gives the same result as
 * training that never stopped.
 *
 * @param step the last step that was done
 * @param configHash of the configuration that it was written with
 * @param trainingHash {@link TrainConfig#trainingHash}: only a training with the same one resumes
 * @param sceneFingerprint fingerprint of the scene
 * @param state read in parts: from the model when it is written, from the file when it was read
 * @param exposures empty if none are learned
 */
record Checkpoint(
    int step,
    long seed,
    String configHash,
    String trainingHash,
    String sceneFingerprint,
    ScheduleState schedule,
    TrainingState state,
    Exposures exposures) {}
