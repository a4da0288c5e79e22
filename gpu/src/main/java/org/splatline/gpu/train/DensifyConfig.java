package org.splatline.gpu.train;

import static org.splatline.gpu.Checks.checkArgument;

import java.io.Serializable;
import org.splatline.gpu.backend.DensifySettings;
import org.splatline.gpu.backend.FarLimits;
import org.splatline.gpu.config.StepScale;

/**
 * When and how the trainer adds and removes Gaussians. Defaults: Kerbl et al. 2023, section 5.2.
 *
 * @param fromStep exclusive
 * @param untilStep exclusive
 * @param growGradient threshold for the mean norm of d loss / d mean2d, NDC units
 * @param holdCoarseGrowth whether the threshold is higher for smaller pictures
 * @param cloneScale in scene extents; Gaussians up to this size are cloned, larger ones are split
 * @param pruneOpacity Gaussians with a lower opacity are removed; in (0, 1)
 * @param pruneScale in scene extents; larger Gaussians are removed after the first opacity reset
 * @param maxScale in scene extents; larger Gaussians are removed in every densification; 0 for no
 *     limit
 * @param largerFarAway whether {@code pruneScale} and {@code maxScale} grow with distance beyond
 *     one scene extent: {@link org.splatline.gpu.backend.FarLimits}
 * @param opacityResetEverySteps steps between opacity resets, before {@code untilStep}
 * @param opacityResetTo highest opacity after a reset, in (0, 1)
 * @param maxGaussians highest number of Gaussians
 * @param reorderEvery densifications between sorts into Morton order; 0 for no sorting
 * @param late a second, short densification that restores detail after pruning
 * @param growth what decides which Gaussians grow
 * @param errorPsnr the error of a pixel counts while the pixel is below this, dB
 * @param errorViews number of training views on which each densification measures errors
 * @param budget number of Gaussians to grow to: none, auto or a number; see {@link GaussianBudget}
 * @param growthExponent of the curve to the budget; see {@link GaussianGrowth}
 * @param overgrowth growth ends at this times the budget; the last prune keeps the budget
 * @param split what becomes of Gaussians that grow
 * @param opacityDecay factor of every opacity in each densification, in (0, 1]
 * @param opacityLimit largest opacity after a densification, in (0, 1]
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
    boolean largerFarAway,
    int opacityResetEverySteps,
    double opacityResetTo,
    int maxGaussians,
    int reorderEvery,
    StepWindow late,
    Growth growth,
    double errorPsnr,
    int errorViews,
    String budget,
    double growthExponent,
    double overgrowth,
    DensifySettings.Split.Kind split,
    double opacityDecay,
    double opacityLimit)
    implements Serializable {

  /** What decides which Gaussians grow. */
  public enum Growth {
    /** Their screen-space gradient: Kerbl et al. 2023. */
    GRADIENT,
    /** Their share of the error of pixels: {@link org.splatline.gpu.backend.ErrorViews}. */
    ERROR,
    /** None grows. Rounds only fade and prune. */
    NONE
  }

  public DensifyConfig {
    checkArgument(
        0 <= fromStep && fromStep <= untilStep,
        "Invalid densify steps: from-step %s, until-step %s",
        fromStep,
        untilStep);
    checkArgument(everySteps > 0, "Invalid densify.every-steps: %s is not above 0", everySteps);
    checkArgument(
        growGradient > 0 || (growGradient == 0 && growth != Growth.GRADIENT),
        "Invalid densify.grow-gradient: %s is not above 0",
        growGradient);
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
    checkArgument(
        Double.isFinite(errorPsnr), "Invalid densify.error-psnr: %s is not a number", errorPsnr);
    checkArgument(errorViews >= 1, "Invalid densify.error-views: %s is not at least 1", errorViews);
    GaussianBudget.check(budget);
    checkArgument(
        growthExponent > 0, "Invalid densify.growth-exponent: %s is not above 0", growthExponent);
    checkArgument(overgrowth >= 1, "Invalid densify.overgrowth: %s is not at least 1", overgrowth);
    checkArgument(
        0 < opacityDecay && opacityDecay <= 1,
        "Invalid densify.opacity-decay: %s is not in (0, 1]",
        opacityDecay);
    checkArgument(
        0 < opacityLimit && opacityLimit <= 1,
        "Invalid densify.opacity-limit: %s is not in (0, 1]",
        opacityLimit);
  }

  /** The error of a pixel, as a difference of values in [0, 1], that has {@link #errorPsnr}. */
  double leastError() {
    return Math.pow(10, -errorPsnr / 20);
  }

  /** Whether this step densifies. */
  public boolean isDueAt(int step) {
    return early().isDueAt(step) || late.isDueAt(step);
  }

  private StepWindow early() {
    return new StepWindow(fromStep, untilStep, everySteps);
  }

  /** Whether Gaussians are ever added. */
  boolean grows() {
    return growth != Growth.NONE;
  }

  /** No Gaussians are added at this step or later. */
  int growsUntilStep() {
    return Math.max(untilStep, late.untilStep());
  }

  /** Whether this step sorts Gaussians into Morton order after it has densified. */
  boolean isReorderDueAt(int step) {
    return early().isDueAt(step) && reorderEvery > 0 && step / everySteps % reorderEvery == 0;
  }

  /** Whether a later densification uses this step's gradients. */
  boolean isGatheringAt(int step) {
    int last = (untilStep - 1) / everySteps * everySteps; // no densification uses later gradients
    return grows() && ((step <= last && last > fromStep) || late.contains(step));
  }

  /**
   * Whether opacities are reset after this step's update. They are not if fewer than a fifth of the
   * steps between two resets are left, because the model would end half transparent.
   *
   * @param steps of the whole training
   * @param onWhite whether the background is white. Then opacities are also reset before the first
   *     densification. Otherwise white fog between cameras and scene, which no picture contradicts,
   *     would stay and grow
   */
  public boolean isOpacityResetAt(int step, int steps, boolean onWhite) {
    boolean isDue = step % opacityResetEverySteps == 0 || (onWhite && step == fromStep);
    return isDue && step < untilStep && steps - step >= opacityResetEverySteps / 5;
  }

  /**
   * The settings of one densification. A Gaussian smaller than a pixel is drawn as large as a
   * pixel, so in a small picture its gradient is too large by 1 / scale. With {@code
   * holdCoarseGrowth} the threshold is raised by the same factor. Without it, more Gaussians are
   * added than the picture can resolve.
   *
   * @param extent of the scene, world units
   * @param scale side length of the pictures relative to {@code image.reduce}
   */
  public DensifySettings at(int step, double extent, long seed, double scale) {
    return new DensifySettings(
        DensifySettings.Growth.byGradient(
            (float) (holdCoarseGrowth ? growGradient / scale : growGradient)),
        new DensifySettings.Split(split, (float) (cloneScale * extent)),
        (float) pruneOpacity,
        largestScaleAt(step, extent),
        FarLimits.NONE,
        new DensifySettings.Fading((float) opacityDecay, (float) opacityLimit),
        maxGaussians,
        seed,
        step);
  }

  /** The largest scale that is not removed, world units. */
  private float largestScaleAt(int step, double extent) {
    float always = maxScale > 0 ? (float) (maxScale * extent) : Float.POSITIVE_INFINITY;
    float later = (float) (pruneScale * extent);
    return step > opacityResetEverySteps ? Math.min(later, always) : always;
  }

  /** A copy that adds no Gaussians. */
  DensifyConfig withoutGrowth() {
    return new DensifyConfig(
        fromStep,
        untilStep,
        everySteps,
        growGradient,
        holdCoarseGrowth,
        cloneScale,
        pruneOpacity,
        pruneScale,
        maxScale,
        largerFarAway,
        opacityResetEverySteps,
        opacityResetTo,
        maxGaussians,
        reorderEvery,
        late,
        Growth.NONE,
        errorPsnr,
        errorViews,
        budget,
        growthExponent,
        overgrowth,
        split,
        opacityDecay,
        opacityLimit);
  }

  /**
   * A copy with all steps multiplied by {@code factor}. The decay of a densification is raised to
   * the power of {@code factor}: between two densifications opacities have that much less time to
   * recover.
   */
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
        largerFarAway,
        StepScale.scale(opacityResetEverySteps, factor),
        opacityResetTo,
        maxGaussians,
        reorderEvery,
        late.scaledBy(factor),
        growth,
        errorPsnr,
        errorViews,
        budget,
        growthExponent,
        overgrowth,
        split,
        Math.pow(opacityDecay, factor),
        opacityLimit);
  }
}
