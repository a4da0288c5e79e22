package org.splatline.gpu.train;

import static org.splatline.gpu.Checks.checkArgument;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.splatline.gpu.config.StepScale;

/**
 * Pruning by significance: the Gaussians that contribute least to all training views are removed.
 * LightGaussian, Fan et al. 2024.
 *
 * @param schedule prunes in order of steps; empty for no pruning
 * @param remove with {@link Rule#DECAYING}: share of the Gaussians that the first prune removes
 * @param decay factor of that share from prune to prune
 * @param keepGaussians number of Gaussians after the last prune, if there are that many; 0 to use
 *     the schedule's share
 * @param volumeExponent exponent of a Gaussian's volume in its score
 */
public record PruneConfig(
    List<PruneStep> schedule,
    Rule rule,
    double remove,
    double decay,
    int keepGaussians,
    double volumeExponent)
    implements Serializable {

  /** How many Gaussians are kept. */
  public enum Rule {
    /** The share {@code keep} of the number right before the first prune. */
    KEEP,
    /** All but the share {@code remove * decay^i} at the i-th prune, counted from 0. */
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

  /** A copy that never prunes. */
  PruneConfig withoutSchedule() {
    return new PruneConfig(List.of(), rule, remove, decay, keepGaussians, volumeExponent);
  }

  /** Whether this step prunes. */
  boolean isDueAt(int step) {
    return indexOf(step) >= 0;
  }

  /** Whether this step is the first that prunes. */
  boolean isFirst(int step) {
    return indexOf(step) == 0;
  }

  /** The last step that prunes; 0 if none does. */
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
   * How many Gaussians a step that prunes keeps.
   *
   * @param present number of Gaussians before this prune
   * @param first number of Gaussians right before the first prune
   */
  int kept(int step, int present, int first) {
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
   * The kept share, raised to the power that makes the last share {@code keepGaussians / first}. So
   * the prunes stay as gradual as in the schedule.
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

  /** The kept share of the number at the first prune, if no Gaussians are added in between. */
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

  /** 0.29 * 100 is 28.999… in binary, but should count as 29. */
  private static final double ROUNDING = 1e-6;

  /**
   * These prunes, the last of which keeps {@code budget} Gaussians, unless {@code keep-gaussians}
   * says how many.
   *
   * @param budget 0 for none
   */
  PruneConfig within(int budget) {
    return keepGaussians > 0
        ? this
        : new PruneConfig(schedule, rule, remove, decay, budget, volumeExponent);
  }

  /**
   * A copy with all steps multiplied by {@code factor}. If two prunes then have the same step, the
   * last one is kept.
   */
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
