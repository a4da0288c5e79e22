package org.splatline.gpu.train;

import static org.splatline.gpu.Checks.checkArgument;

import java.util.List;
import java.util.Locale;
import org.splatline.gpu.backend.Target;
import org.splatline.gpu.scene.Intrinsics;
import org.splatline.gpu.scene.Scene;
import org.splatline.gpu.scene.SparsePoints;

/**
 * How many Gaussians a scene is to have: {@code densify.budget}.
 *
 * <p>{@code auto} computes it from what is known before training. A picture holds only so much
 * detail, so the number is at most 1,490 per megapixel of all training pictures together. Where
 * structure from motion found few points, there is little to show, so it is also at most 0.55 times
 * the 1.15th power of their number: 2.2 per point of 10,000 points, 3.1 of 100,000. Points that
 * were made up at random say nothing: without measured points it is 1,090 per megapixel, because
 * such scenes are mostly objects before an empty background. It is never less than 5,000. The
 * numbers are our own: docs/decisions/0015-method.md.
 *
 * @param gaussians the number; 0 for none
 * @param rule the reason, for the log
 */
record GaussianBudget(int gaussians, String rule) {
  private static final String NONE_WORD = "none";
  private static final String AUTO_WORD = "auto";

  private static final double PER_MEGAPIXEL = 1490;
  private static final double PER_MEGAPIXEL_WITHOUT_POINTS = 1090;
  private static final double POINTS_FACTOR = 0.55;
  private static final double POINTS_EXPONENT = 1.15;
  private static final int LEAST = 5000;

  /** No budget. */
  static final GaussianBudget NONE = new GaussianBudget(0, "no budget");

  /** Throws {@link IllegalArgumentException} unless {@code budget} is none, auto or a number. */
  static void check(String budget) {
    checkArgument(
        budget.equals(NONE_WORD) || budget.equals(AUTO_WORD) || number(budget) > 0,
        "Invalid densify.budget: %s is not none, auto or a number above 0",
        budget);
  }

  /** The number, or 0 if it is none. */
  private static int number(String budget) {
    try {
      return Integer.parseInt(budget);
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  /**
   * The budget of a scene.
   *
   * @param budget none, auto or a number
   * @param targets the training pictures, reduced by {@code image.reduce}
   */
  static GaussianBudget of(String budget, Scene scene, List<Target> targets) {
    return switch (budget) {
      case NONE_WORD -> NONE;
      case AUTO_WORD -> auto(scene.points(), targets);
      default -> new GaussianBudget(number(budget), "densify.budget");
    };
  }

  private static GaussianBudget auto(SparsePoints points, List<Target> targets) {
    double megapixels = targets.stream().mapToDouble(GaussianBudget::megapixels).sum();
    return switch (points.origin()) {
      case MEASURED -> {
        double byPixels = PER_MEGAPIXEL * megapixels;
        double byPoints = POINTS_FACTOR * Math.pow(points.size(), POINTS_EXPONENT);
        yield atLeast(
            Math.min(byPixels, byPoints),
            "the lesser of %,.0f per megapixel of %,.1f, and %,.0f for %,d points",
            PER_MEGAPIXEL,
            megapixels,
            byPoints,
            points.size());
      }
      case RANDOM ->
          atLeast(
              PER_MEGAPIXEL_WITHOUT_POINTS * megapixels,
              "%,.0f per megapixel of %,.1f, as no points were measured",
              PER_MEGAPIXEL_WITHOUT_POINTS,
              megapixels);
    };
  }

  private static double megapixels(Target target) {
    Intrinsics size = target.camera().intrinsics();
    return (double) size.width() * size.height() / 1e6;
  }

  private static GaussianBudget atLeast(double gaussians, String rule, Object... values) {
    String text = String.format(Locale.ROOT, rule, values);
    return new GaussianBudget(
        (int) Math.min(Integer.MAX_VALUE, Math.max(LEAST, Math.round(gaussians))),
        "%s; at least %,d".formatted(text, LEAST));
  }
}
