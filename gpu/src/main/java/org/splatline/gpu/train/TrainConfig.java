package org.splatline.gpu.train;

import java.io.Serializable;
import java.util.Map;
import org.splatline.gpu.backend.GpuConfig;
import org.splatline.gpu.config.CanonicalJson;
import org.splatline.gpu.config.ConfigException;
import org.splatline.gpu.config.Configuration;
import org.splatline.gpu.config.StageSettings;
import org.splatline.gpu.config.StepScale;

/**
 * All settings that decide how one scene is trained and evaluated.
 *
 * @param profile the profile's name
 * @param configHash SHA-256 of the effective configuration, hexadecimal
 * @param trainingHash SHA-256 of {@link Trainer#VERSION} and {@link StageSettings#TRAIN}: of what
 *     decides the trained model, hexadecimal
 */
public record TrainConfig(
    String profile,
    String configHash,
    String trainingHash,
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
   * Reads its parts from a configuration and scales step-valued keys to {@code train.steps}. Throws
   * {@link ConfigException} if a value has the wrong type or is out of range.
   */
  public static TrainConfig of(Configuration configuration) {
    return new TrainConfig(
            configuration.profile(),
            configuration.hash(),
            trainingHash(configuration),
            configuration.section("image", ImageConfig.class),
            configuration.section("train", ScheduleConfig.class),
            configuration.section("densify", DensifyConfig.class),
            configuration.section("prune", PruneConfig.class),
            configuration.section("optimizer", OptimizerConfig.class),
            configuration.section("quality", QualityConfig.class),
            configuration.section("checkpoint", CheckpointConfig.class),
            configuration.section("gpu", GpuConfig.class))
        .scaledToSteps();
  }

  private static String trainingHash(Configuration configuration) {
    return CanonicalJson.sha256(
        Map.of("version", Trainer.VERSION, "configuration", StageSettings.TRAIN.of(configuration)));
  }

  /**
   * The configuration for {@code train.steps} steps. Without phases nothing is scaled:
   * densification keeps its own steps, as in 3DGS. With phases every step-valued key is multiplied
   * by {@code train.steps / train.reference-steps}.
   */
  private TrainConfig scaledToSteps() {
    if (train.phases().isEmpty() || train.steps() == train.referenceSteps()) {
      return this;
    }
    double factor = train.stepFactor();
    return new TrainConfig(
        profile,
        configHash,
        trainingHash,
        image,
        train.scaledToSteps(),
        densify.scaledBy(factor),
        prune.scaledBy(factor),
        optimizer.scaledBy(factor),
        quality,
        new CheckpointConfig(
            StepScale.scale(checkpoint.everySteps(), factor),
            checkpoint.minInterval(),
            checkpoint.keep()),
        gpu);
  }

  /** A copy for another number of steps; with phases, step-valued keys change with it. */
  TrainConfig withSteps(int steps) {
    return with(train.withSteps(steps), densify, prune, optimizer).scaledToSteps();
  }

  /** A copy with these parts in place of its own. */
  TrainConfig with(
      ScheduleConfig newTrain,
      DensifyConfig newDensify,
      PruneConfig newPrune,
      OptimizerConfig newOptimizer) {
    return new TrainConfig(
        profile,
        configHash,
        trainingHash,
        image,
        newTrain,
        newDensify,
        newPrune,
        newOptimizer,
        quality,
        checkpoint,
        gpu);
  }
}
