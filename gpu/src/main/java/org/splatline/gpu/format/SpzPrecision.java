package org.splatline.gpu.format;

import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.splatline.gpu.gaussian.Gaussians;
import org.splatline.gpu.gaussian.SphericalHarmonics;

/**
 * How finely a .spz file rounds each Gaussian where the format leaves a choice. Readers need not
 * know it: codes of a coarser step are some of the codes of the finest one. They compress better.
 *
 * <p>Positions: steps of at most a twentieth of the Gaussian's middle scale. The finest step of the
 * file serves all but one per cent of the Gaussians. The format's 24 bits must also reach the
 * farthest Gaussian; where both don't fit, the reach wins, and the log says so.
 *
 * <p>Rotations: the ends of the longest axis move by {@link #ROTATION_ERROR} of the middle scale at
 * most.
 *
 * <p>Bands 1 and up: the file's PSNR may fall by a number of dB. The error of the colours that
 * directions see (mean square over Gaussians, channels and directions: Σ e² / 4π for the errors e
 * of a colour's coefficients) comes to the picture's mean squared error by {@link #COLOUR_SHARE}.
 * Gaussians that cover more of the pictures get finer steps and count more: by the power {@link
 * #WEIGHT_POWER} of opacity² times the mean of the areas along their axes, which needs no views.
 * Bits must follow the model: the 5 and 4 bits that others use cost 0.53 dB in a model that lives
 * on coefficients below 1/16.
 *
 * <p>A model that comes from a .spz keeps all its numbers, in the finest steps.
 */
final class SpzPrecision {
  private static final Logger LOG = LoggerFactory.getLogger(SpzPrecision.class);

  /** 0.14 to 0.19 on a model of a fox, from 0.04 to 0.28 dB. */
  private static final double COLOUR_SHARE = 0.2;

  /**
   * A fifth of it counts in bits. Measured on the fox: 0.06 dB less loss in as many bytes. More
   * would starve Gaussians that are small but near.
   */
  private static final double WEIGHT_POWER = 0.4;

  private static final double POSITION_ERROR = 0.05;
  private static final double ROTATION_ERROR = 0.03;

  /** The angle that a step of a quaternion's component turns by, radians. */
  private static final double ROTATION_ANGLE = 2 * Math.sqrt(0.5) / 511;

  private static final int MAX_ROTATION_SHIFT = 5;
  private static final int MAX_BITS = 8;
  private static final int MAX_CODE = (1 << 23) - 1;
  private static final int MAX_FRACTIONAL_BITS = 30;
  private static final int SAMPLES = 100_000; // Gaussians that errors are measured on
  private static final double BITS_STEP = 0.125;
  private static final int MAX_POSITION_SHIFT = 20;
  private static final double LOG_2 = Math.log(2);

  private final int fractionalBits;
  private final byte[] positionShifts;
  private final byte[] rotationShifts;
  private final byte[] bandBits;

  private SpzPrecision(
      int fractionalBits, byte[] positionShifts, byte[] rotationShifts, byte[] bandBits) {
    this.fractionalBits = fractionalBits;
    this.positionShifts = positionShifts;
    this.rotationShifts = rotationShifts;
    this.bandBits = bandBits;
  }

  /**
   * Of finite parameters. Empty when a position is too far away for any number of bits.
   *
   * @param psnr of the model, dB
   * @param loss by which the rounding of bands may lower it, dB
   */
  static Optional<SpzPrecision> of(Gaussians gaussians, double psnr, double loss) {
    double farthest = 0;
    for (float mean : gaussians.means()) {
      farthest = Math.max(farthest, Math.abs(mean));
    }
    if (farthest > MAX_CODE) {
      return Optional.empty();
    }
    int n = gaussians.size();
    double[] middles = new double[n];
    byte[] rotationShifts = new byte[n];
    for (int i = 0; i < n; i++) {
      double[] axes = axes(gaussians, i);
      middles[i] = axes[1];
      double angle = ROTATION_ERROR * Math.exp(axes[1] - axes[2]);
      rotationShifts[i] = shift(angle / ROTATION_ANGLE, MAX_ROTATION_SHIFT);
    }
    int fractionalBits = fractionalBits(farthest, middles);
    OptionalInt kept = bitsOfRounded(gaussians, fractionalBits, farthest);
    if (kept.isPresent()) {
      byte[] all = new byte[n];
      Arrays.fill(all, (byte) MAX_BITS);
      return Optional.of(new SpzPrecision(kept.getAsInt(), new byte[n], new byte[n], all));
    }
    byte[] positionShifts = new byte[n];
    for (int i = 0; i < n; i++) {
      double steps = POSITION_ERROR * Math.exp(middles[i]) * Math.scalb(1.0, fractionalBits);
      positionShifts[i] = shift(steps, MAX_POSITION_SHIFT);
    }
    return Optional.of(
        new SpzPrecision(
            fractionalBits,
            positionShifts,
            rotationShifts,
            bandBits(gaussians, 4 * Math.PI * meanSquare(psnr, loss) / COLOUR_SHARE)));
  }

  /**
   * The bits after the point that hold all positions of a model whose numbers are values of the
   * format already, as those that come from a .spz; at least {@code wanted}. Empty for others.
   */
  private static OptionalInt bitsOfRounded(Gaussians gaussians, int wanted, double farthest) {
    for (float logScale : gaussians.logScales()) {
      if (Quantisation.toByte(16 * (logScale + 10.0)) != 16 * (logScale + 10.0)) {
        return OptionalInt.empty();
      }
    }
    int width = 3 * SphericalHarmonics.count(gaussians.shDegree());
    for (int i = 0; i < gaussians.shCoefficients().length; i++) {
      float value = gaussians.shCoefficients()[i];
      if (i % width >= 3 && code(value, MAX_BITS) / 128.0 - 1 != value) {
        return OptionalInt.empty();
      }
    }
    int bits = wanted;
    for (float mean : gaussians.means()) {
      while (Math.rint(Math.scalb((double) mean, bits)) != Math.scalb((double) mean, bits)) {
        bits++;
        if (bits > MAX_FRACTIONAL_BITS || Math.scalb(farthest, bits) > MAX_CODE) {
          return OptionalInt.empty();
        }
      }
    }
    return OptionalInt.of(bits);
  }

  /** By how much the mean squared error grows when the PSNR falls by {@code loss}. */
  private static double meanSquare(double psnr, double loss) {
    return Math.pow(10, -psnr / 10) * (Math.pow(10, loss / 10) - 1);
  }

  /** The logarithms of a Gaussian's scales in ascending order, as the format can hold them. */
  private static double[] axes(Gaussians gaussians, int i) {
    double[] axes = new double[3];
    for (int k = 0; k < 3; k++) {
      axes[k] = Math.max(-10, Math.min(6, gaussians.logScales()[3 * i + k]));
    }
    Arrays.sort(axes);
    return axes;
  }

  /** The largest power of two that is at most {@code steps}, as its exponent. */
  private static byte shift(double steps, int most) {
    return (byte) Math.max(0, Math.min(most, Math.getExponent(steps)));
  }

  private static int fractionalBits(double farthest, double[] middles) {
    double[] sorted = middles.clone();
    Arrays.sort(sorted);
    double small = sorted.length == 0 ? 0 : sorted[sorted.length / 100];
    int wanted = (int) Math.max(0, Math.ceil(-Math.log(POSITION_ERROR * Math.exp(small)) / LOG_2));
    int bits = wanted;
    while (bits > 0 && Math.rint(Math.scalb(farthest, bits)) > MAX_CODE) {
      bits--;
    }
    if (bits < wanted) {
      LOG.warn(
          "Positions are rounded to {} units, more than a twentieth of the smallest scales ({}): a"
              + " Gaussian is {} units from the origin. Remove the farthest ones",
          Math.scalb(1f, -bits),
          (float) Math.exp(small),
          (float) farthest);
    }
    return bits;
  }

  private static byte[] bandBits(Gaussians gaussians, double allowed) {
    int n = gaussians.size();
    byte[] bits = new byte[n];
    if (n == 0 || gaussians.shDegree() == 0) {
      return bits;
    }
    float[] weights = logWeights(gaussians);
    int stride = Math.max(1, n / SAMPLES);
    double[][] errors = new double[(n + stride - 1) / stride][];
    double sum = 0;
    for (int s = 0; s < errors.length; s++) {
      errors[s] = errors(gaussians, s * stride);
      sum += weight(weights[s * stride]);
    }
    double base = 0;
    double error;
    do {
      base += BITS_STEP;
      error = 0;
      for (int s = 0; s < errors.length; s++) {
        float weight = weights[s * stride];
        error += weight(weight) * errors[s][bits(base, weight)];
      }
    } while (error > allowed * sum && base < 2 * MAX_BITS);
    for (int i = 0; i < n; i++) {
      bits[i] = bits(base, weights[i]);
    }
    return bits;
  }

  private static double weight(float logWeight) {
    return Math.exp(WEIGHT_POWER * logWeight);
  }

  private static byte bits(double base, float logWeight) {
    double wanted = base + 0.5 * WEIGHT_POWER * logWeight / LOG_2;
    return (byte) Math.max(1, Math.min(MAX_BITS, Math.round(wanted)));
  }

  /** [N] ln of opacity² times area, less its median. */
  private static float[] logWeights(Gaussians gaussians) {
    float[] weights = new float[gaussians.size()];
    for (int i = 0; i < weights.length; i++) {
      double[] axes = axes(gaussians, i);
      double area = Math.exp(axes[1] + axes[2]) + Math.exp(axes[0] + axes[2]);
      area += Math.exp(axes[0] + axes[1]);
      double opacity = Math.max(1 / 255.0, Quantisation.sigmoid(gaussians.logitOpacities()[i]));
      weights[i] = (float) Math.log(opacity * opacity * area);
    }
    float[] sorted = weights.clone();
    Arrays.sort(sorted);
    for (int i = 0; i < weights.length; i++) {
      weights[i] -= sorted[sorted.length / 2];
    }
    return weights;
  }

  /** [9] by number of bits: the squared error that rounding adds to the bands of one colour. */
  private static double[] errors(Gaussians gaussians, int row) {
    double[] errors = new double[MAX_BITS + 1];
    int width = 3 * SphericalHarmonics.count(gaussians.shDegree());
    for (int j = 3; j < width; j++) {
      float value = gaussians.shCoefficients()[width * row + j];
      for (int bits = 1; bits <= MAX_BITS; bits++) {
        double error = code(value, bits) / 128.0 - 1 - value;
        errors[bits] += error * error / 3;
      }
    }
    return errors;
  }

  /** Positions are multiples of 2^-fractionalBits. */
  int fractionalBits() {
    return fractionalBits;
  }

  /** The step of a Gaussian's position, in units of 2^-fractionalBits; a power of two. */
  int positionStep(int row) {
    return 1 << positionShifts[row];
  }

  /** The step of a Gaussian's quaternion, in units of √½ / 511; a power of two. */
  int rotationStep(int row) {
    return 1 << rotationShifts[row];
  }

  /** The bits of a Gaussian's bands, 1 to 8. */
  int bandBits(int row) {
    return bandBits[row];
  }

  /** A coefficient's code, a multiple of 2^(8 - bits) unless it is the largest. Zero stays zero. */
  static int code(float coefficient, int bits) {
    int bucket = 1 << (MAX_BITS - bits);
    long steps = Math.round(coefficient * 128.0 / bucket);
    return Quantisation.toByte(Math.max(-256, Math.min(256, steps)) * bucket + 128.0);
  }
}
