package org.splatline.gpu.train;

import java.util.ArrayList;
import java.util.List;
import org.splatline.gpu.backend.CounterRandom;
import org.splatline.gpu.backend.DensifySettings;
import org.splatline.gpu.backend.ErrorViews;
import org.splatline.gpu.backend.RenderSettings;

/**
 * How many Gaussians each round of densification grows to, and on which views it measures errors.
 * The number follows a curve from that of the start to the limit: {@code start + (limit - start)
 * t^p}, with t from 0 to 1 over the rounds and p = {@code densify.growth-exponent}. Gaussians that
 * a round prunes are replaced by new ones elsewhere (Mallick et al. 2024, "Taming 3DGS", has a
 * curve to a budget too). All of this depends on seed and step alone, so resuming does not change
 * it.
 *
 * @param config steps, exponent, and what decides who grows
 * @param budget may be none
 * @param start number of Gaussians at the start of the training
 * @param maxGaussians the largest number; already at most overgrowth x budget
 * @param lastPruneStep the last step that prunes by significance; after it, growth ends at the
 *     budget; 0 for none
 * @param views indices of the views that are trained on
 * @param gate error from which a pixel counts
 * @param seed of the training
 */
record GaussianGrowth(
    DensifyConfig config,
    GaussianBudget budget,
    int start,
    int maxGaussians,
    int lastPruneStep,
    List<Integer> views,
    double gate,
    long seed) {
  private static final int VIEW_INDEX = -2; // of CounterRandom; -1 is the random background

  GaussianGrowth {
    views = List.copyOf(views);
  }

  /** The largest number of Gaussians that growth may reach, if the device has room for it. */
  static int limit(DensifyConfig config, GaussianBudget budget) {
    return budget.gaussians() == 0
        ? config.maxGaussians()
        : (int)
            Math.min(config.maxGaussians(), Math.round(config.overgrowth() * budget.gaussians()));
  }

  /** The settings of a round. */
  DensifySettings at(int step, double extent, double scale, RenderSettings render) {
    DensifySettings settings = config.at(step, extent, seed, scale).withMaxGaussians(maxGaussians);
    return switch (config.growth()) {
      case GRADIENT ->
          budget.gaussians() == 0 ? settings : settings.withGrowth(goal(step), ErrorViews.NONE);
      case ERROR -> settings.withGrowth(goal(step), errors(step, render));
      case NONE -> settings.withoutGrowth();
    };
  }

  /** The number of Gaussians that the round of a step grows to. */
  int goal(int step) {
    int begin = config.fromStep() / config.everySteps() * config.everySteps();
    int end = (config.untilStep() - 1) / config.everySteps() * config.everySteps();
    double passed = end > begin ? Math.min(1, (double) (step - begin) / (end - begin)) : 1;
    int most = mostAt(step);
    int from = Math.min(start, most);
    return (int)
        Math.max(1, Math.round(from + (most - from) * Math.pow(passed, config.growthExponent())));
  }

  private int mostAt(int step) {
    boolean isPruned = budget.gaussians() > 0 && lastPruneStep > 0 && step > lastPruneStep;
    return isPruned ? Math.min(maxGaussians, budget.gaussians()) : maxGaussians;
  }

  private ErrorViews errors(int step, RenderSettings render) {
    return new ErrorViews(errorViews(step), render, (float) gate);
  }

  /** The views on which the round of a step measures errors: distinct, in random order. */
  List<Integer> errorViews(int step) {
    List<Integer> left = new ArrayList<>(views);
    List<Integer> chosen = new ArrayList<>();
    while (chosen.size() < Math.min(views.size(), config.errorViews())) {
      long bits = CounterRandom.bits(seed, step, VIEW_INDEX, chosen.size());
      chosen.add(left.remove((int) Math.floorMod(bits, (long) left.size())));
    }
    return chosen;
  }
}
