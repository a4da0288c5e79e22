package org.splatline.gpu.train;

import static org.splatline.gpu.Checks.checkArgument;

import java.io.Serializable;
import org.splatline.gpu.config.StepScale;

/**
 * When training ends early or goes on, by the PSNR of the training views alone: held-out views
 * never decide (after GSta, Armagan et al. 2025).
 *
 * @param patienceSteps without a gain, after which training has come to a plateau
 * @param minGain dB that count as a gain
 * @param afterPruneSteps no stop within these after the last prune
 * @param minSteps no stop before this step
 * @param extendSteps at most, beyond {@code train.steps}
 */
public record PlateauConfig(
    Mode mode,
    int patienceSteps,
    double minGain,
    int afterPruneSteps,
    int minSteps,
    int extendSteps)
    implements Serializable {

  /** What a plateau does. */
  public enum Mode {
    /** Nothing: all steps are trained. */
    OFF,
    /** Ends training. */
    STOP,
    /**
     * All steps are trained, then more while the PSNR is under {@code quality.target-psnr} and
     * still rising.
     */
    EXTEND
  }

  /** Trains all steps. */
  public static final PlateauConfig NONE = new PlateauConfig(Mode.OFF, 1000, 0.1, 2500, 0, 15_000);

  public PlateauConfig {
    checkArgument(
        patienceSteps > 0,
        "Invalid train.plateau.patience-steps: %s is not above 0",
        patienceSteps);
    checkArgument(
        minGain >= 0 && Double.isFinite(minGain),
        "Invalid train.plateau.min-gain: %s is negative",
        minGain);
    checkArgument(
        afterPruneSteps >= 0,
        "Invalid train.plateau.after-prune-steps: %s is negative",
        afterPruneSteps);
    checkArgument(minSteps >= 0, "Invalid train.plateau.min-steps: %s is negative", minSteps);
    checkArgument(
        extendSteps >= 0, "Invalid train.plateau.extend-steps: %s is negative", extendSteps);
  }

  /** With every step-valued key times {@code factor}. */
  PlateauConfig scaledBy(double factor) {
    return new PlateauConfig(
        mode,
        StepScale.scale(patienceSteps, factor),
        minGain,
        StepScale.scale(afterPruneSteps, factor),
        StepScale.scale(minSteps, factor),
        StepScale.scale(extendSteps, factor));
  }
}
