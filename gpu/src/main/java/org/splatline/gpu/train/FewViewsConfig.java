package org.splatline.gpu.train;

import static org.splatline.gpu.Checks.checkArgument;

import java.io.Serializable;
import org.splatline.gpu.backend.AdamSettings;
import org.splatline.gpu.config.StepScale;

/**
 * The configuration under {@code train.few-views}: how a scene of few photographs is trained. Few
 * photographs do not determine a scene, so training fits each of them with Gaussians that look
 * wrong from anywhere else. The fewer parameters there are to fit, and the more views decide each
 * step, the less this happens.
 *
 * @param below a scene with fewer training views is one of few photographs; 0: none is
 * @param shDegree highest degree of spherical harmonics; colours that depend on the direction fit
 *     few views too well
 * @param ssimWeight in place of {@code train.ssim-weight}
 * @param grow whether densification adds Gaussians; if not, it still fades and removes faint ones,
 *     and {@code prune.schedule} does not apply, because nothing has grown too far
 * @param sumViews over how many views gradients are added up before Adam steps, unless {@code
 *     optimizer.accumulate} adds up more; 1 for each view, as with {@code optimizer.update: all}
 * @param sumFromStep the first step of these sums, exclusive
 */
public record FewViewsConfig(
    int below, int shDegree, double ssimWeight, boolean grow, int sumViews, int sumFromStep)
    implements Serializable {

  public FewViewsConfig {
    checkArgument(below >= 0, "Invalid train.few-views.below: %s is negative", below);
    checkArgument(
        0 <= shDegree && shDegree <= 3,
        "Invalid train.few-views.sh-degree: %s is not 0 to 3",
        shDegree);
    checkArgument(
        0 <= ssimWeight && ssimWeight <= 1,
        "Invalid train.few-views.ssim-weight: %s is not in [0, 1]",
        ssimWeight);
    checkArgument(
        1 <= sumViews && sumViews <= AccumulateConfig.MOST_VIEWS,
        "Invalid train.few-views.sum-views: %s views are not 1 to %s",
        sumViews,
        AccumulateConfig.MOST_VIEWS);
    checkArgument(
        sumFromStep >= 0, "Invalid train.few-views.sum-from-step: %s is negative", sumFromStep);
  }

  /** Whether a scene with this number of training views is one of few photographs. */
  boolean appliesTo(int trainViews) {
    return trainViews < below;
  }

  /**
   * The configuration that a scene is trained with. Profile and hash stay.
   *
   * @param config for any scene
   * @param trainViews number of the scene's training views
   */
  TrainConfig applied(TrainConfig config, int trainViews) {
    if (!appliesTo(trainViews)) {
      return config;
    }
    ScheduleConfig train = config.train();
    DensifyConfig densify = config.densify();
    OptimizerConfig optimizer = config.optimizer();
    return config.with(
        train.with(Math.min(train.shDegree(), shDegree), ssimWeight),
        grow ? densify : densify.withoutGrowth(),
        grow ? config.prune() : config.prune().withoutSchedule(),
        optimizer.update() == AdamSettings.Update.VISIBLE
            ? optimizer.with(optimizer.accumulate().atLeast(sumFromStep, sumViews))
            : optimizer);
  }

  /** A copy with all steps multiplied by {@code factor}. */
  FewViewsConfig scaledBy(double factor) {
    return new FewViewsConfig(
        below, shDegree, ssimWeight, grow, sumViews, StepScale.scale(sumFromStep, factor));
  }
}
