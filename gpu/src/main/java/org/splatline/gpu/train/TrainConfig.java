package org.splatline.gpu.train;

import java.io.Serializable;
import org.splatline.gpu.backend.GpuConfig;

/**
 * All that decides how one scene is trained and judged.
 *
 * @param profile the profile's name
 * @param configHash sha256 of the effective configuration, hexadecimal
 */
public record TrainConfig(
    String profile,
    String configHash,
    ImageConfig image,
    ScheduleConfig train,
    DensifyConfig densify,
    PruneConfig prune,
    OptimizerConfig optimizer,
    QualityConfig quality,
    CheckpointConfig checkpoint,
    GpuConfig gpu)
    implements Serializable {

  /** The length that step-valued keys are written for. */
  public static final int REFERENCE_STEPS = 30_000;

  /**
   * The configuration of {@code train.steps} steps: without phases, densification keeps its own
   * clock, as in 3DGS; with phases, every step-valued key is scaled by steps / 30 000.
   */
  public TrainConfig scaledToSteps() {
    if (train.phases().isEmpty() || train.steps() == REFERENCE_STEPS) {
      return this;
    }
    double factor = (double) train.steps() / REFERENCE_STEPS;
    return new TrainConfig(
        profile,
        configHash,
        image,
        train.scaledBy(factor),
        densify.scaledBy(factor),
        prune.scaledBy(factor),
        optimizer,
        quality,
        new CheckpointConfig(
            StepScale.scale(checkpoint.everySteps(), factor),
            checkpoint.minInterval(),
            checkpoint.keep()),
        gpu);
  }
}
