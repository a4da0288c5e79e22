package org.splatline.gpu.sift;

/**
 * What a SIFT feature is: Lowe 2004, "Distinctive Image Features from Scale-Invariant Keypoints",
 * with the parameters of COLMAP's extraction on the CPU.
 *
 * <p>Octave o has the picture at 2 / 2^o times its size, o from 0. It has {@value #LEVELS} levels;
 * level l is blurred by 1.6 · 2^(l / 3) of the octave's pixels. A keypoint is an extremum of the
 * differences between neighbouring levels. Difference d is level d + 1 minus level d; extrema are
 * looked for in differences 1 to {@value #STEPS}.
 */
public final class SiftRule {
  /** Octaves, if the picture is large enough. */
  public static final int OCTAVES = 4;

  /** Levels that double the blur. */
  public static final int STEPS = 3;

  /** Levels of an octave: the last difference with extrema needs a difference on each side. */
  public static final int LEVELS = STEPS + 3;

  /** The most orientations of a keypoint: the first ones that are local maxima. */
  public static final int ORIENTATIONS = 2;

  /** The most taps of a blur on one side. */
  public static final int MAX_RADIUS = 13;

  static final double FIRST_BLUR = 1.6; // of level 0
  static final double PICTURE_BLUR = 2 * 0.5; // of a picture, in pixels of the first octave
  static final int SMALLEST_OCTAVE = 3; // px: a smaller one has no pixel with neighbours all around

  private SiftRule() {}

  /** The octaves of a picture, of which each has at least one pixel with neighbours all around. */
  public static int octaves(int width, int height) {
    int octaves = 0;
    while (octaves < OCTAVES && (2 * Math.min(width, height)) >> octaves >= SMALLEST_OCTAVE) {
      octaves++;
    }
    return octaves;
  }

  /** Pixels of the picture between two of an octave. */
  static float step(int octave) {
    return 0.5f * (1 << octave);
  }

  /**
   * The weights that blur a level from the one before; level 0 from the enlarged picture.
   *
   * @return [radius + 1] from the middle outwards; with both sides, their sum is 1
   */
  public static float[] window(int level) {
    double before = level == 0 ? PICTURE_BLUR : blur(level - 1);
    double sigma = Math.sqrt(blur(level) * blur(level) - before * before);
    double[] weights = new double[(int) Math.ceil(4 * sigma) + 1];
    double sum = 0;
    for (int i = 0; i < weights.length; i++) {
      weights[i] = StrictMath.exp(-0.5 * i * i / (sigma * sigma));
      sum += (i == 0 ? 1 : 2) * weights[i];
    }
    float[] window = new float[weights.length];
    for (int i = 0; i < weights.length; i++) {
      window[i] = (float) (weights[i] / sum);
    }
    return window;
  }

  private static double blur(int level) {
    return FIRST_BLUR * StrictMath.pow(2, (double) level / STEPS);
  }

  /**
   * The first level that is kept: all coarser ones have at most {@code most} keypoints in all.
   *
   * @param keypoints number of keypoints by octave, then by difference, the finest first
   */
  public static int firstLevel(int[] keypoints, int most) {
    long sum = 0;
    for (int level = keypoints.length - 1; level >= 0; level--) {
      sum += keypoints[level];
      if (sum > most) {
        return level;
      }
    }
    return 0;
  }
}
