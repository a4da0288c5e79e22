package org.splatline.gpu.backend;

/**
 * One round of adaptive density control.
 *
 * @param growth which Gaussians grow, and how many
 * @param split what becomes of those that grow
 * @param pruneOpacity Gaussians below this opacity are pruned
 * @param pruneScale world units; larger Gaussians are pruned; infinite: none are
 * @param far how {@code pruneScale} grows with distance
 * @param fading what happens to the opacities of all Gaussians, before pruning
 * @param maxGaussians growth stops at this number
 * @param seed of the random places of split Gaussians, and of random choices
 * @param step also part of that seed
 */
public record DensifySettings(
    Growth growth,
    Split split,
    float pruneOpacity,
    float pruneScale,
    FarLimits far,
    Fading fading,
    int maxGaussians,
    long seed,
    int step) {

  /** With a goal, a round adds at most 1 / GROWTH_PART of the Gaussians. */
  private static final int GROWTH_PART = 5;

  /**
   * Which Gaussians grow. Those with the largest gradients come first. If errors are measured,
   * {@link ErrorRace} decides instead; those with the score 0 do not grow.
   *
   * @param gradient mean norm of d loss / d mean2d, in NDC units, from which on a Gaussian may grow
   * @param goal number of Gaussians after the round, as far as a fifth of them may add that many; 0
   *     for no goal: {@code maxGaussians} alone limits growth
   * @param errors where errors are measured
   */
  public record Growth(float gradient, int goal, ErrorViews errors) {
    /** None grows: no mean gradient is infinite. */
    public static final Growth NONE = byGradient(Float.POSITIVE_INFINITY);

    /** Growth by gradient, without a goal: Kerbl et al. 2023. */
    public static Growth byGradient(float gradient) {
      return new Growth(gradient, 0, ErrorViews.NONE);
    }
  }

  /**
   * What becomes of a Gaussian that grows.
   *
   * @param cloneMaxScale world units; with {@link Kind#RANDOM}, a Gaussian up to this scale is
   *     cloned, and a larger one is split
   */
  public record Split(Kind kind, float cloneMaxScale) {
    /** The factor of the longest scale, with {@link Kind#LONG_AXIS}. */
    public static final double LONG_SHRINK = 0.5;

    /** The factor of the other two scales. */
    public static final double SIDE_SHRINK = 0.85;

    /** The factor of the opacity. */
    public static final double FADE = 0.6;

    /** The distance of the two centres from the mean, in longest scales. */
    public static final double OFFSET = 0.5;

    /** A way to split. */
    public enum Kind {
      /** Into halves at random places, unless it is cloned: Kerbl et al. 2023, section 5.2. */
      RANDOM,
      /**
       * Into two along the longest axis, the first of equal ones, which are shorter and fainter:
       * Deng et al. 2025, "Improving Densification in 3D Gaussian Splatting for High-Fidelity
       * Rendering".
       */
      LONG_AXIS
    }
  }

  /**
   * Lowers opacities: an opacity o becomes min(decay · o, limit). Moments stay as they are.
   *
   * @param decay in (0, 1]
   * @param limit in (0, 1]; 1: no limit
   */
  public record Fading(float decay, float limit) {
    /** Opacities stay as they are. */
    public static final Fading NONE = new Fading(1, 1);
  }

  /** A round as in Kerbl et al. 2023: by gradient, with clones and random places. */
  public DensifySettings(
      float growGradient,
      float cloneMaxScale,
      float pruneOpacity,
      float pruneScale,
      int maxGaussians,
      long seed,
      int step) {
    this(
        Growth.byGradient(growGradient),
        new Split(Split.Kind.RANDOM, cloneMaxScale),
        pruneOpacity,
        pruneScale,
        FarLimits.NONE,
        Fading.NONE,
        maxGaussians,
        seed,
        step);
  }

  /** These settings with another maximum number of Gaussians. */
  public DensifySettings withMaxGaussians(int newMaxGaussians) {
    return new DensifySettings(
        growth, split, pruneOpacity, pruneScale, far, fading, newMaxGaussians, seed, step);
  }

  /** These settings with other limits far away. */
  public DensifySettings withFar(FarLimits newFar) {
    return new DensifySettings(
        growth, split, pruneOpacity, pruneScale, newFar, fading, maxGaussians, seed, step);
  }

  /** These settings with another goal and other errors. */
  public DensifySettings withGrowth(int goal, ErrorViews errors) {
    return with(new Growth(growth.gradient(), goal, errors));
  }

  /** These settings without growth. */
  public DensifySettings withoutGrowth() {
    return with(Growth.NONE);
  }

  private DensifySettings with(Growth newGrowth) {
    return new DensifySettings(
        newGrowth, split, pruneOpacity, pruneScale, far, fading, maxGaussians, seed, step);
  }

  /**
   * Whether Gaussians that would be pruned do not grow. Otherwise they grow, and the result is
   * pruned.
   */
  public boolean prunesFirst() {
    return growth.goal() > 0 || !growth.errors().isNone() || split.kind() == Split.Kind.LONG_AXIS;
  }

  /**
   * How many Gaussians may grow.
   *
   * @param present number of Gaussians before the round
   * @param surviving how many of them are not pruned
   */
  public int room(int present, int surviving) {
    return growth.goal() == 0
        ? Math.max(0, maxGaussians - present)
        : Math.max(
            0, Math.min(Math.min(growth.goal(), maxGaussians) - surviving, present / GROWTH_PART));
  }
}
