package org.splatline.gpu.train;

import static org.splatline.gpu.Checks.checkArgument;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.splatline.gpu.config.StepScale;

/**
 * Pruning by significance (LightGaussian, Fan et al. 2024): the Gaussians that show least over all
 * training views go.
 *
 * @param schedule in order of steps; empty: none
 * @param remove share of the present Gaussians that the first prune removes, with {@link
 *     Rule#DECAYING}
 * @param decay of that share from prune to prune
 * @param keepGaussians so many stay after the last prune, where there are that many; 0: the
 *     schedule's share
 * @param volumeExponent of a Gaussian's volume in its score
 */
public record PruneConfig(
    List<PruneStep> schedule,
    Rule rule,
    double remove,
    double decay,
    int keepGaussians,
    double volumeExponent)
    implements Serializable {

  /** How many stay. */
  public enum Rule {
    /** {@code keep} of the Gaussians there were at the first prune. */
    KEEP,
    /** All but {@code remove · decay^i} of those there are, at the i-th prune from 0. */
    DECAYING
  }

  /** No pruning. */
  public static final PruneConfig NONE = new PruneConfig(List.of(), Rule.KEEP, 0.6, 0.7, 0, 0.1);

  public PruneConfig {
    schedule = List.copyOf(schedule);
    for (int i = 1; i < schedule.size(); i++) {
      checkArgument(
          schedule.get(i - 1).step() < schedule.get(i).step(),
          "Invalid prune.schedule: step %s does not come after %s",
          schedule.get(i).step(),
          schedule.get(i - 1).step());
    }
    checkArgument(0 < remove && remove < 1, "Invalid prune.remove: %s is not in (0, 1)", remove);
    checkArgument(0 < decay && decay <= 1, "Invalid prune.decay: %s is not in (0, 1]", decay);
    checkArgument(
        keepGaussians >= 0, "Invalid prune.keep-gaussians: %s is negative", keepGaussians);
    checkArgument(
        volumeExponent >= 0 && Double.isFinite(volumeExponent),
        "Invalid prune.volume-exponent: %s is negative",
        volumeExponent);
  }

  /** Whether this step prunes. */
  public boolean isDueAt(int step) {
    return indexOf(step) >= 0;
  }

  /** Whether this step is the first to prune: the Gaussians before it are what shares count of. */
  public boolean isFirst(int step) {
    return indexOf(step) == 0;
  }

  /** The last step that prunes; 0 where none does. */
  public int lastStep() {
    return schedule.isEmpty() ? 0 : schedule.get(schedule.size() - 1).step();
  }

  private int indexOf(int step) {
    for (int i = 0; i < schedule.size(); i++) {
      if (schedule.get(i).step() == step) {
        return i;
      }
    }
    return -1;
  }

  /**
   * How many Gaussians stay at a step that prunes.
   *
   * @param present there are now
   * @param first there were right before the first prune
   */
  public int kept(int step, int present, int first) {
    int i = indexOf(step);
    checkArgument(i >= 0, "Invalid step: no prune at %s", step);
    double wanted =
        keepGaussians > 0
            ? towardsKeepGaussians(i, first)
            : switch (rule) {
              case KEEP -> schedule.get(i).keep() * first;
              case DECAYING -> (1 - remove * Math.pow(decay, i)) * present;
            };
    return (int) Math.min(present, Math.max(1, Math.floor(wanted + ROUNDING)));
  }

  /**
   * The shares that stay, raised to the one power that makes the last of them {@code keepGaussians
   * / first}: the prunes remain as gradual as they were.
   */
  private double towardsKeepGaussians(int i, int first) {
    int last = schedule.size() - 1;
    double lastShare = shareAfter(last);
    if (i == last) {
      return keepGaussians;
    }
    if (keepGaussians >= first || lastShare == 1) {
      return first;
    }
    double power = Math.log((double) keepGaussians / first) / Math.log(lastShare);
    return Math.max(keepGaussians, Math.pow(shareAfter(i), power) * first);
  }

  /** Of the Gaussians there were at the first prune, where none is added between prunes. */
  private double shareAfter(int i) {
    return switch (rule) {
      case KEEP -> schedule.get(i).keep();
      case DECAYING -> {
        double share = 1;
        for (int j = 0; j <= i; j++) {
          share *= 1 - remove * Math.pow(decay, j);
        }
        yield share;
      }
    };
  }

  /** 0.29 · 100 is 28.999… in binary: what is whole in decimals stays whole. */
  private static final double ROUNDING = 1e-6;

  /** With every step times {@code factor}; of steps that fall together the last counts. */
  PruneConfig scaledBy(double factor) {
    List<PruneStep> scaled = new ArrayList<>();
    for (PruneStep prune : schedule) {
      int step = StepScale.scale(prune.step(), factor);
      if (!scaled.isEmpty() && scaled.get(scaled.size() - 1).step() == step) {
        scaled.remove(scaled.size() - 1);
      }
      scaled.add(new PruneStep(step, prune.keep()));
    }
    return new PruneConfig(scaled, rule, remove, decay, keepGaussians, volumeExponent);
  }
}
