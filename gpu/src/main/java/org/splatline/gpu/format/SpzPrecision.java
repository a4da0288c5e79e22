package org.splatline.gpu.format;

import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.splatline.gpu.gaussian.Gaussians;
import org.splatline.gpu.gaussian.SphericalHarmonics;

/**
 * How finely a .spz file rounds where the format leaves a choice. Every bit more is stored for each
 * Gaussian, so each is the smallest number that the model needs.
 *
 * <p>Positions: steps of at most a tenth of the scale that one per cent of the model's scales is
 * below. A position is then wrong by a twentieth of the smallest scales, which a picture doesn't
 * show. The format's 24 bits must also reach the farthest Gaussian; where both don't fit, the reach
 * wins, and the log says so.
 *
 * <p>Bands 1 and up: the colours that directions see may be wrong by {@link #COLOUR_ERROR} (root
 * mean square over Gaussians, channels and directions, which is the root of Σ e² / 4π for the
 * errors e of a colour's coefficients). It's measured on the model's coefficients. The band with
 * the largest error per coefficient gets the next bit until the sum is small enough. Bits must
 * follow the model: the 5 and 4 bits that others use turn coefficients below 1/32 and 1/16 into
 * zeros, which costs nothing where they are few and 0.53 dB in a model that lives on them. A band
 * that fewer bits hold exactly, as that of a model which comes from a .spz, gets just these.
 *
 * @param fractionalBits positions are multiples of 2^-fractionalBits
 * @param bandBits of bands 1 to 3, each 1 to 8
 */
record SpzPrecision(int fractionalBits, List<Integer> bandBits) {
  private static final Logger LOG = LoggerFactory.getLogger(SpzPrecision.class);

  /**
   * One and a half steps of a picture with 8 bits. Errors of the Gaussians of a pixel cancel in
   * part: about half of its square, 1.7e-5, comes to the picture's mean squared error, which is
   * 0.05 dB at 28 dB.
   */
  static final double COLOUR_ERROR = 1.5 / 255;

  private static final int MAX_BITS = 8;
  private static final int MAX_CODE = (1 << 23) - 1;
  private static final int SAMPLES = 200_000; // Gaussians that errors are measured on

  SpzPrecision {
    bandBits = List.copyOf(bandBits);
  }

  /** Of finite parameters. Empty when a position is too far away for any number of bits. */
  static Optional<SpzPrecision> of(Gaussians gaussians) {
    double farthest = 0;
    for (float mean : gaussians.means()) {
      farthest = Math.max(farthest, Math.abs(mean));
    }
    if (farthest > MAX_CODE) {
      return Optional.empty();
    }
    return Optional.of(
        new SpzPrecision(
            fractionalBits(farthest, smallScale(gaussians.logScales())), bandBits(gaussians)));
  }

  private static int fractionalBits(double farthest, double smallScale) {
    int wanted = 0;
    while (Math.scalb(1.0, -wanted) > smallScale / 10) {
      wanted++;
    }
    int bits = wanted;
    while (bits > 0 && Math.rint(Math.scalb(farthest, bits)) > MAX_CODE) {
      bits--;
    }
    if (bits < wanted) {
      LOG.warn(
          "Positions are rounded to {} units, more than a tenth of the smallest scales ({}): a"
              + " Gaussian is {} units from the origin. Remove the farthest ones",
          Math.scalb(1f, -bits),
          (float) smallScale,
          (float) farthest);
    }
    return bits;
  }

  /** The scale that one per cent is below, as the format rounds it; 1 without scales. */
  private static double smallScale(float[] logScales) {
    if (logScales.length == 0) {
      return 1;
    }
    int[] counts = new int[256];
    for (float logScale : logScales) {
      counts[Quantisation.toByte(16 * (logScale + 10.0))]++;
    }
    int code = 0;
    for (int below = counts[0]; below <= logScales.length / 100; below += counts[code]) {
      code++;
    }
    return Math.exp(code / 16.0 - 10);
  }

  private static List<Integer> bandBits(Gaussians gaussians) {
    int degree = gaussians.shDegree();
    double[][] errors = new double[degree + 1][];
    int[] bits = {1, 1, 1, 1};
    double sum = 0;
    for (int band = 1; band <= degree; band++) {
      errors[band] = errors(gaussians, band);
      bits[band] = exactBits(errors[band]);
      sum += errors[band][bits[band]];
    }
    while (sum > 4 * Math.PI * COLOUR_ERROR * COLOUR_ERROR) {
      int worst = 0;
      for (int band = 1; band <= degree; band++) {
        if (bits[band] < MAX_BITS
            && (worst == 0
                || perCoefficient(errors, bits, band) > perCoefficient(errors, bits, worst))) {
          worst = band;
        }
      }
      if (worst == 0) {
        break; // no finer step exists
      }
      sum += errors[worst][bits[worst] + 1] - errors[worst][bits[worst]];
      bits[worst]++;
    }
    return List.of(bits[1], bits[2], bits[3]);
  }

  /** The fewest bits without any error; 1 if all have one. */
  private static int exactBits(double[] errors) {
    for (int bits = 1; bits <= MAX_BITS; bits++) {
      if (errors[bits] == 0) {
        return bits;
      }
    }
    return 1;
  }

  private static double perCoefficient(double[][] errors, int[] bits, int band) {
    return errors[band][bits[band]] / (2 * band + 1);
  }

  /** [9] by number of bits: the squared error that rounding adds to a band of one colour. */
  private static double[] errors(Gaussians gaussians, int band) {
    double[] errors = new double[MAX_BITS + 1];
    int width = 3 * SphericalHarmonics.count(gaussians.shDegree());
    int stride = Math.max(1, gaussians.size() / SAMPLES);
    int samples = 0;
    for (int i = 0; i < gaussians.size(); i += stride, samples++) {
      for (int j = 3 * band * band; j < 3 * SphericalHarmonics.count(band); j++) {
        float value = gaussians.shCoefficients()[width * i + j];
        for (int bits = 1; bits <= MAX_BITS; bits++) {
          double error = code(value, bits) / 128.0 - 1 - value;
          errors[bits] += error * error;
        }
      }
    }
    for (int bits = 1; bits <= MAX_BITS; bits++) {
      errors[bits] /= Math.max(1, 3 * samples);
    }
    return errors;
  }

  /** The bits of a band from 1 to 3. */
  int bits(int band) {
    return bandBits.get(band - 1);
  }

  /** A coefficient's code, a multiple of 2^(8 - bits) unless it is the largest. Zero stays zero. */
  static int code(float coefficient, int bits) {
    int bucket = 1 << (MAX_BITS - bits);
    long steps = Math.round(coefficient * 128.0 / bucket);
    return Quantisation.toByte(Math.max(-256, Math.min(256, steps)) * bucket + 128.0);
  }
}
