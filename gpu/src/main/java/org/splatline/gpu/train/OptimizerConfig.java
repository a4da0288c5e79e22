package org.splatline.gpu.train;

import static org.splatline.gpu.Checks.checkArgument;

import java.io.Serializable;
import org.splatline.gpu.backend.AdamSettings;
import org.splatline.gpu.config.StepScale;

/**
 * Learning rates of Adam. Defaults: Kerbl et al. 2023, section 7.1, and its code.
 *
 * @param meansRate rate of means at the first step, in scene extents; it falls log-linearly
 * @param meansFinalRate rate of means at the last step, in scene extents
 * @param finalShare what the rates of all other families fall to at the last step, as a share of
 *     themselves, in (0, 1]
 * @param finalSteps the last steps, over which they fall log-linearly; 0 for none
 * @param accumulate over how many views gradients are added up before a step
 */
public record OptimizerConfig(
    AdamSettings.Update update,
    double meansRate,
    double meansFinalRate,
    double sh0Rate,
    double shRestRate,
    double opacityRate,
    double scaleRate,
    double quatRate,
    double beta1,
    double beta2,
    double epsilon,
    double finalShare,
    int finalSteps,
    AccumulateConfig accumulate)
    implements Serializable {

  public OptimizerConfig {
    checkRate("means-rate", meansRate);
    checkRate("means-final-rate", meansFinalRate);
    checkRate("sh0-rate", sh0Rate);
    checkRate("sh-rest-rate", shRestRate);
    checkRate("opacity-rate", opacityRate);
    checkRate("scale-rate", scaleRate);
    checkRate("quat-rate", quatRate);
    checkArgument(0 <= beta1 && beta1 < 1, "Invalid optimizer.beta1: %s is not in [0, 1)", beta1);
    checkArgument(0 <= beta2 && beta2 < 1, "Invalid optimizer.beta2: %s is not in [0, 1)", beta2);
    checkArgument(epsilon > 0, "Invalid optimizer.epsilon: %s is not above 0", epsilon);
    checkArgument(
        update == AdamSettings.Update.VISIBLE || !accumulate.isOn(),
        "Invalid optimizer.accumulate: it needs optimizer.update: visible, which is %s",
        update);
    checkArgument(
        0 < finalShare && finalShare <= 1,
        "Invalid optimizer.final-share: %s is not in (0, 1]",
        finalShare);
    checkArgument(finalSteps >= 0, "Invalid optimizer.final-steps: %s is negative", finalSteps);
  }

  private static void checkRate(String key, double rate) {
    checkArgument(
        rate > 0 && Double.isFinite(rate), "Invalid optimizer.%s: %s is not above 0", key, rate);
  }

  /** The settings of one of {@code steps} steps, for a scene of {@code extent} world units. */
  public AdamSettings at(int step, int steps, double extent) {
    double done = Math.min(1, (double) step / steps);
    double means = Math.exp(Math.log(meansRate) * (1 - done) + Math.log(meansFinalRate) * done);
    double share = Math.pow(finalShare, finalProgress(step, steps));
    return new AdamSettings(
        (float) (means * extent),
        (float) (quatRate * share),
        (float) (scaleRate * share),
        (float) (opacityRate * share),
        (float) (sh0Rate * share),
        (float) (shRestRate * share),
        (float) beta1,
        (float) beta2,
        (float) epsilon,
        update);
  }

  /** 0 before the last {@code finalSteps} of {@code steps}, rising to 1 at the last one. */
  private double finalProgress(int step, int steps) {
    return finalSteps == 0
        ? 0
        : Math.max(0, Math.min(1, (double) (step - (steps - finalSteps)) / finalSteps));
  }

  /** A copy with other sums of gradients. */
  OptimizerConfig with(AccumulateConfig newAccumulate) {
    return new OptimizerConfig(
        update,
        meansRate,
        meansFinalRate,
        sh0Rate,
        shRestRate,
        opacityRate,
        scaleRate,
        quatRate,
        beta1,
        beta2,
        epsilon,
        finalShare,
        finalSteps,
        newAccumulate);
  }

  /** A copy with all steps multiplied by {@code factor}. */
  OptimizerConfig scaledBy(double factor) {
    return new OptimizerConfig(
        update,
        meansRate,
        meansFinalRate,
        sh0Rate,
        shRestRate,
        opacityRate,
        scaleRate,
        quatRate,
        beta1,
        beta2,
        epsilon,
        finalShare,
        StepScale.scale(finalSteps, factor),
        accumulate.scaledBy(factor));
  }
}
