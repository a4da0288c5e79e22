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

  /**
   * The configuration of {@code train.steps} steps: without phases, densification keeps its own
   * clock, as in 3DGS; with phases, every step-valued key is scaled by {@code train.steps /
   * train.reference-steps}.
   */
  public TrainConfig scaledToSteps() {
    if (train.phases().isEmpty() || train.steps() == train.referenceSteps()) {
      return this;
    }
    double factor = train.stepFactor();
    return new TrainConfig(
        profile,
        configHash,
        image,
        train.scaledToSteps(),
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
