package org.splatline.gpu.train;

import static org.splatline.gpu.Checks.checkArgument;

import java.io.Serializable;
import org.splatline.gpu.backend.DensifySettings;
import org.splatline.gpu.config.StepScale;

/**
 * When and how the trainer grows and prunes Gaussians. Defaults: Kerbl et al. 2023, section 5.2.
 *
 * @param fromStep exclusive
 * @param untilStep exclusive
 * @param growGradient mean norm of d loss / d mean2d, NDC units
 * @param holdCoarseGrowth whether the threshold rises as pictures get coarser
 * @param cloneScale times the scene extent: up to here clone, above split
 * @param pruneOpacity in (0, 1)
 * @param pruneScale times the scene extent; larger Gaussians go after the first opacity reset
 * @param maxScale times the scene extent; larger Gaussians go in every densification; 0: none does
 * @param opacityResetEverySteps below {@code untilStep}
 * @param opacityResetTo in (0, 1)
 * @param maxGaussians no growth beyond
 * @param reorderEvery densifications after which Gaussians are put in Morton order; 0: never
 * @param late a second, short densification that mends what pruning took too much of
 */
public record DensifyConfig(
    int fromStep,
    int untilStep,
    int everySteps,
    double growGradient,
    boolean holdCoarseGrowth,
    double cloneScale,
    double pruneOpacity,
    double pruneScale,
    double maxScale,
    int opacityResetEverySteps,
    double opacityResetTo,
    int maxGaussians,
    int reorderEvery,
    StepWindow late)
    implements Serializable {

  public DensifyConfig {
    checkArgument(
        0 <= fromStep && fromStep <= untilStep,
        "Invalid densify steps: from-step %s, until-step %s",
        fromStep,
        untilStep);
    checkArgument(everySteps > 0, "Invalid densify.every-steps: %s is not above 0", everySteps);
    checkArgument(
        growGradient > 0, "Invalid densify.grow-gradient: %s is not above 0", growGradient);
    checkArgument(cloneScale > 0, "Invalid densify.clone-scale: %s is not above 0", cloneScale);
    checkArgument(
        0 < pruneOpacity && pruneOpacity < 1,
        "Invalid densify.prune-opacity: %s is not in (0, 1)",
        pruneOpacity);
    checkArgument(pruneScale > 0, "Invalid densify.prune-scale: %s is not above 0", pruneScale);
    checkArgument(maxScale >= 0, "Invalid densify.max-scale: %s is negative", maxScale);
    checkArgument(
        opacityResetEverySteps > 0,
        "Invalid densify.opacity-reset-every-steps: %s is not above 0",
        opacityResetEverySteps);
    checkArgument(
        0 < opacityResetTo && opacityResetTo < 1,
        "Invalid densify.opacity-reset-to: %s is not in (0, 1)",
        opacityResetTo);
    checkArgument(maxGaussians > 0, "Invalid densify.max-gaussians: %s", maxGaussians);
    checkArgument(reorderEvery >= 0, "Invalid densify.reorder-every: %s is negative", reorderEvery);
  }

  /** Whether this step densifies. */
  public boolean isDueAt(int step) {
    return early().isDueAt(step) || late.isDueAt(step);
  }

  private StepWindow early() {
    return new StepWindow(fromStep, untilStep, everySteps);
  }

  /** The last step Gaussians may be added at lies before this one. */
  public int growsUntilStep() {
    return Math.max(untilStep, late.untilStep());
  }

  /** Whether this step puts Gaussians in Morton order, after it densified. */
  public boolean isReorderDueAt(int step) {
    return early().isDueAt(step) && reorderEvery > 0 && step / everySteps % reorderEvery == 0;
  }

  /** Whether this step's gradients count for a later densification. */
  public boolean isGatheringAt(int step) {
    int last = (untilStep - 1) / everySteps * everySteps; // what comes after it counts for no round
    return (step <= last && last > fromStep) || late.contains(step);
  }

  /**
   * Whether opacities are reset after this step's update, of {@code steps} in all. Not when fewer
   * than a fifth of the steps between two resets are left: the model would end half transparent.
   *
   * @param onWhite whether pictures are on white: then also before the first densification, or
   *     white fog between cameras and scene, which no picture contradicts, would stay and grow
   */
  public boolean isOpacityResetAt(int step, int steps, boolean onWhite) {
    boolean isDue = step % opacityResetEverySteps == 0 || (onWhite && step == fromStep);
    return isDue && step < untilStep && steps - step >= opacityResetEverySteps / 5;
  }

  /**
   * One round's settings, for a scene of {@code extent} world units trained on pictures of {@code
   * scale} of their side. A Gaussian smaller than a pixel is drawn as large as one, so in a coarse
   * picture its gradient is too large by 1 / scale: with {@code holdCoarseGrowth} the threshold
   * rises with it; without, Gaussians grow beyond what the picture can tell apart.
   */
  public DensifySettings at(int step, double extent, long seed, double scale) {
    return new DensifySettings(
        (float) (holdCoarseGrowth ? growGradient / scale : growGradient),
        (float) (cloneScale * extent),
        (float) pruneOpacity,
        largestScaleAt(step, extent),
        maxGaussians,
        seed,
        step);
  }

  /** World units. */
  private float largestScaleAt(int step, double extent) {
    float always = maxScale > 0 ? (float) (maxScale * extent) : Float.POSITIVE_INFINITY;
    float later = (float) (pruneScale * extent);
    return step > opacityResetEverySteps ? Math.min(later, always) : always;
  }

  /** With every step-valued key times {@code factor}, at least 1. */
  DensifyConfig scaledBy(double factor) {
    return new DensifyConfig(
        StepScale.scale(fromStep, factor),
        StepScale.scale(untilStep, factor),
        StepScale.scale(everySteps, factor),
        growGradient,
        holdCoarseGrowth,
        cloneScale,
        pruneOpacity,
        pruneScale,
        maxScale,
        StepScale.scale(opacityResetEverySteps, factor),
        opacityResetTo,
        maxGaussians,
        reorderEvery,
        late.scaledBy(factor));
  }
}
