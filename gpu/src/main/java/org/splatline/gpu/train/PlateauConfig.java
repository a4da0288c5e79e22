package org.splatline.gpu.train;

import static org.splatline.gpu.Checks.checkArgument;

import java.io.Serializable;
import org.splatline.gpu.config.StepScale;

/**
 * When training ends early or is extended, and how. Only the PSNR of training views decides, never
 * that of held-out views. After GSta, Armagan et al. 2025.
 *
 * @param patienceSteps steps without a gain that make a plateau
 * @param minGain smallest rise that counts as a gain, dB
 * @param afterPruneSteps training does not stop within this many steps after the last prune
 * @param minSteps training does not stop before this step
 * @param extendToPsnr with {@link Mode#EXTEND}: training goes on while it is below this, dB
 * @param extendSteps most steps to add to {@code train.steps}
 * @param views with {@link Mode#STOP}: number of training views that are kept from training and
 *     decide; 0 to judge by the steps themselves
 * @param checkEverySteps steps between renders of the kept views
 * @param annealSteps steps between a plateau and the end, over which all learning rates fall
 */
public record PlateauConfig(
    Mode mode,
    int patienceSteps,
    double minGain,
    int afterPruneSteps,
    int minSteps,
    double extendToPsnr,
    int extendSteps,
    int views,
    int checkEverySteps,
    int annealSteps)
    implements Serializable {

  /** What happens at a plateau. */
  public enum Mode {
    /** Nothing. All steps are trained. */
    OFF,
    /** Training anneals and ends. */
    STOP,
    /**
     * All steps are trained, then more steps while the PSNR is below {@code
     * train.plateau.extend-to-psnr} and rises.
     */
    EXTEND
  }

  /** Trains all steps. */
  public static final PlateauConfig NONE =
      new PlateauConfig(Mode.OFF, 1000, 0.1, 2500, 0, 35, 15_000, 0, 500, 1000);

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
        Double.isFinite(extendToPsnr),
        "Invalid train.plateau.extend-to-psnr: %s is not a number",
        extendToPsnr);
    checkArgument(
        extendSteps >= 0, "Invalid train.plateau.extend-steps: %s is negative", extendSteps);
    checkArgument(views >= 0, "Invalid train.plateau.views: %s is negative", views);
    checkArgument(
        checkEverySteps > 0,
        "Invalid train.plateau.check-every-steps: %s is not above 0",
        checkEverySteps);
    checkArgument(
        annealSteps >= 0, "Invalid train.plateau.anneal-steps: %s is negative", annealSteps);
  }

  /** A copy with all steps multiplied by {@code factor}. */
  PlateauConfig scaledBy(double factor) {
    return new PlateauConfig(
        mode,
        StepScale.scale(patienceSteps, factor),
        minGain,
        StepScale.scale(afterPruneSteps, factor),
        StepScale.scale(minSteps, factor),
        extendToPsnr,
        StepScale.scale(extendSteps, factor),
        views,
        StepScale.scale(checkEverySteps, factor),
        StepScale.scale(annealSteps, factor));
  }
}
