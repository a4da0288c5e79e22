package org.splatline.gpu.gaussian;

import java.util.Arrays;

/**
 * All that training stores for N Gaussians, read in parts: a {@link GaussianState}, a model on a
 * device, or the file of a checkpoint. Values are as {@link GaussianState} describes them.
 */
public interface TrainingState {
  /** Rows that are read at a time: 13 MB of the widest array. */
  int PART = 1 << 16;

  /** The values of parameters, or what Adam keeps of their gradients. */
  enum Moment {
    VALUE,
    FIRST,
    SECOND
  }

  /** What densification counts, one number a Gaussian. */
  enum Statistic {
    GRADIENT_SUMS,
    GRADIENT_COUNTS
  }

  /** N. */
  int size();

  int shDegree();

  /** Whether masks are learned. */
  boolean hasMasks();

  /**
   * Reads rows of one array.
   *
   * @param into [rows, width of the family], overwritten
   */
  void read(Moment moment, ParameterFamily family, int firstRow, int rows, float[] into);

  /**
   * Reads rows of a statistic.
   *
   * @param into [rows], overwritten
   */
  void read(Statistic statistic, int firstRow, int rows, float[] into);

  /** Floats of one Gaussian in a family. */
  default int width(ParameterFamily family) {
    return switch (family) {
      case SH_COEFFICIENTS -> 3 * SphericalHarmonics.count(shDegree());
      case MASK_LOGITS -> hasMasks() ? LearnedMasks.WIDTH : 0;
      case MEANS, QUATS, LOG_SCALES, LOGIT_OPACITIES -> family.width();
    };
  }

  /** A copy of the values, or of moments. */
  default Gaussians copy(Moment moment) {
    Gaussians zeros = Gaussians.zeros(size(), shDegree());
    Gaussians copy = hasMasks() ? zeros.withMasks(0) : zeros;
    for (ParameterFamily family : ParameterFamily.values()) {
      int width = width(family);
      float[] part = new float[Math.min(PART, size()) * width];
      for (int row = 0; row < size() && width > 0; row += PART) {
        int rows = Math.min(PART, size() - row);
        read(moment, family, row, rows, part);
        System.arraycopy(part, 0, copy.array(family), row * width, rows * width);
      }
    }
    return copy;
  }

  /** A copy of everything. */
  default GaussianState copy() {
    float[] sums = new float[size()];
    float[] counts = new float[size()];
    read(Statistic.GRADIENT_SUMS, 0, size(), sums);
    read(Statistic.GRADIENT_COUNTS, 0, size(), counts);
    return new GaussianState(
        copy(Moment.VALUE), copy(Moment.FIRST), copy(Moment.SECOND), sums, counts);
  }

  /** A new state: moments and statistics are zero, and take no memory. */
  static TrainingState of(Gaussians parameters) {
    return new TrainingState() {
      @Override
      public int size() {
        return parameters.size();
      }

      @Override
      public int shDegree() {
        return parameters.shDegree();
      }

      @Override
      public boolean hasMasks() {
        return parameters.hasMasks();
      }

      @Override
      public void read(Moment moment, ParameterFamily family, int row, int rows, float[] into) {
        int width = width(family);
        if (moment == Moment.VALUE) {
          System.arraycopy(parameters.array(family), row * width, into, 0, rows * width);
        } else {
          Arrays.fill(into, 0, rows * width, 0);
        }
      }

      @Override
      public void read(Statistic statistic, int row, int rows, float[] into) {
        Arrays.fill(into, 0, rows, 0);
      }
    };
  }
}
