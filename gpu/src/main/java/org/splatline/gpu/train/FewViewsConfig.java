package org.splatline.gpu.train;

import static org.splatline.gpu.Checks.checkArgument;

import java.io.Serializable;
import org.splatline.gpu.config.StepScale;

/**
 * The configuration under {@code train.few-views}: how a scene of few photographs is trained. Few
 * photographs do not determine a scene, so training fits each of them with Gaussians that look
 * wrong from anywhere else.
 *
 * @param below a scene with fewer training views is one of few photographs; 0: none is
 * @param shDegree highest degree of spherical harmonics; colours that depend on the direction fit
 *     few views too well
 * @param dropout share of Gaussians that a training step leaves out, [0, 1): {@link
 *     org.splatline.gpu.backend.Dropout}
 * @param pruneSingleView whether Gaussians go that at most one training view shows, while
 *     densification goes on and at the last prune: no second view tells where they are
 * @param pruneEverySteps steps between these removals
 * @param seenWeight a view shows a Gaussian if the sum over its pixels of opacity times the
 *     transmittance before it is at least this, px
 */
public record FewViewsConfig(
    int below,
    int shDegree,
    double dropout,
    boolean pruneSingleView,
    int pruneEverySteps,
    double seenWeight)
    implements Serializable {

  /** Nothing is different. */
  static final FewViewsConfig OFF = new FewViewsConfig(0, 3, 0, false, 1000, 0.1);

  public FewViewsConfig {
    checkArgument(below >= 0, "Invalid train.few-views.below: %s is negative", below);
    checkArgument(
        0 <= shDegree && shDegree <= 3,
        "Invalid train.few-views.sh-degree: %s is not 0 to 3",
        shDegree);
    checkArgument(
        0 <= dropout && dropout < 1,
        "Invalid train.few-views.dropout: %s is not in [0, 1)",
        dropout);
    checkArgument(
        pruneEverySteps > 0,
        "Invalid train.few-views.prune-every-steps: %s is not above 0",
        pruneEverySteps);
    checkArgument(
        seenWeight > 0 && Double.isFinite(seenWeight),
        "Invalid train.few-views.seen-weight: %s is not above 0",
        seenWeight);
  }

  /** This configuration for a scene of few photographs, {@link #OFF} for another. */
  FewViewsConfig forViews(int trainViews) {
    return trainViews < below ? this : OFF;
  }

  /** Whether Gaussians that at most one view shows are removed after this step's update. */
  boolean isPruneDueAt(int step, DensifyConfig densify, PruneConfig prune) {
    boolean grows =
        densify.fromStep() < step && step < densify.growsUntilStep() && step % pruneEverySteps == 0;
    return pruneSingleView && (grows || step == prune.lastStep());
  }

  /** A copy with all steps multiplied by {@code factor}. */
  FewViewsConfig scaledBy(double factor) {
    return new FewViewsConfig(
        below,
        shDegree,
        dropout,
        pruneSingleView,
        StepScale.scale(pruneEverySteps, factor),
        seenWeight);
  }
}
