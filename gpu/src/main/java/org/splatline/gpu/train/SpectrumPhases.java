package org.splatline.gpu.train;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.splatline.gpu.backend.Target;
import org.splatline.gpu.picture.LumaSpectrum;
import org.splatline.gpu.scene.Intrinsics;

/**
 * Phases that follow from what the training pictures show: "DashGaussian", Chen et al. 2025.
 * Training starts at the smallest size that still shows a quarter of E, the sum of the moduli of
 * the pictures' frequencies without their mean. A larger size begins at the share ln(E_size /
 * E_start) / ln(E_full / E_start) of the steps before full size, so a size lasts the longer, the
 * more the next one adds. Squares instead of moduli would decide nothing: an eighth of each side
 * holds 81 to 99 % of their sum in truck, fox, chair, cup and castle, but 17 to 43 % of the moduli.
 */
final class SpectrumPhases {
  /** Scales below full size. */
  private static final double[] SCALES = {0.125, 0.25, 0.5, 0.75};

  /** Share of E that the first size shows: DashGaussian. */
  private static final double START_SHARE = 0.25;

  /** Most pictures that are looked at. */
  private static final int PICTURES = 24;

  /** Shortest side in a phase, px: below it SSIM's window of 11 px sees too much at once. */
  private static final double MIN_SIDE = 64;

  /** Pictures with fewer pixels start at {@link #SMALL_SCALE} or above, for the same reason. */
  private static final double SMALL_PIXELS = 1e6;

  private static final double SMALL_SCALE = 0.25;

  /** A smaller E than this is rounding: noise of one level of 8 bits has some 4e-4. */
  private static final double NOTHING = 1e-6;

  private SpectrumPhases() {}

  /**
   * The phases of a training. The same pictures always give the same phases. Full size, or {@code
   * train.final-scale}, is reached after the last phase of {@code train.phases}; if there is none,
   * in the middle of the steps before growth ends.
   *
   * @param targets all training pictures, at the size of {@code image.reduce}
   */
  static List<Phase> of(TrainConfig config, List<Target> targets) {
    double[] scales = scales(config.train().finalScale(), medianSize(targets));
    return of(scales, amplitudes(config.image(), targets, scales), untilStep(config));
  }

  /**
   * The phases for known amplitudes.
   *
   * @param scales in ascending order; the last one is that after all phases
   * @param amplitudes one for each scale
   * @param untilStep last step of the last phase
   */
  static List<Phase> of(double[] scales, double[] amplitudes, int untilStep) {
    int full = scales.length - 1;
    int start = 0;
    while (start < full && amplitudes[start] < START_SHARE * amplitudes[full]) {
      start++;
    }
    List<Phase> phases = new ArrayList<>();
    if (amplitudes[full] < NOTHING) {
      return phases; // there is nothing to be seen at any size
    }
    int from = 0;
    for (int i = start; i < full; i++) {
      int until = (int) Math.round(untilStep * share(amplitudes, start, i + 1));
      if (until > from) {
        phases.add(new Phase(until, scales[i]));
        from = until;
      }
    }
    return phases;
  }

  /** The share of the steps before full size at which a scale begins. */
  private static double share(double[] amplitudes, int start, int i) {
    int full = amplitudes.length - 1;
    return i == full || amplitudes[full] == amplitudes[start]
        ? 1
        : Math.log(amplitudes[i] / amplitudes[start])
            / Math.log(amplitudes[full] / amplitudes[start]);
  }

  private static int untilStep(TrainConfig config) {
    List<Phase> phases = config.train().phases();
    return phases.isEmpty()
        ? Math.min(config.train().steps(), config.densify().growsUntilStep()) / 2
        : phases.get(phases.size() - 1).untilStep();
  }

  private static Intrinsics medianSize(List<Target> targets) {
    List<Intrinsics> sizes =
        targets.stream()
            .map(target -> target.camera().intrinsics())
            .sorted(Comparator.comparingLong(size -> (long) size.width() * size.height()))
            .toList();
    return sizes.get(sizes.size() / 2);
  }

  /** The scales that pictures of this size may have, up to {@code finalScale}. */
  static double[] scales(double finalScale, Intrinsics size) {
    boolean small = (double) size.width() * size.height() < SMALL_PIXELS;
    double least = MIN_SIDE / Math.min(size.width(), size.height());
    List<Double> scales = new ArrayList<>();
    for (double scale : SCALES) {
      if (scale >= least && scale < finalScale && !(small && scale < SMALL_SCALE)) {
        scales.add(scale);
      }
    }
    scales.add(finalScale);
    return scales.stream().mapToDouble(scale -> scale).toArray();
  }

  /** Sums over pictures that are spread evenly over the scene. */
  private static double[] amplitudes(ImageConfig image, List<Target> targets, double[] scales) {
    float background =
        switch (image.background()) {
          case BLACK -> 0;
          case WHITE -> 1;
          case RANDOM -> 0.5f;
        };
    int pictures = Math.min(PICTURES, targets.size());
    double[][] each =
        IntStream.range(0, pictures)
            .map(i -> (int) ((long) i * targets.size() / pictures))
            .parallel()
            .mapToObj(
                i -> LumaSpectrum.amplitudes(targets.get(i).picture().load(), background, scales))
            .toArray(double[][]::new);
    double[] sums = new double[scales.length];
    for (double[] amplitudes : each) {
      for (int i = 0; i < sums.length; i++) {
        sums[i] += amplitudes[i];
      }
    }
    return sums;
  }
}
