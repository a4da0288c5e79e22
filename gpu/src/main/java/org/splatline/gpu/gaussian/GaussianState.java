package org.splatline.gpu.gaussian;

import static org.splatline.gpu.Checks.checkArgument;

/**
 * All that training stores for N Gaussians: parameters, Adam's moments, and the statistics gathered
 * since the last densification. Arrays are not copied.
 *
 * @param parameters the trained parameters
 * @param firstMoments Adam's running mean of the gradients, shaped as the parameters
 * @param secondMoments Adam's running mean of their squares
 * @param gradientSums [N] summed norms of d loss / d mean2d in NDC units
 * @param gradientCounts [N] steps in which the Gaussian was visible
 */
public record GaussianState(
    Gaussians parameters,
    Gaussians firstMoments,
    Gaussians secondMoments,
    float[] gradientSums,
    float[] gradientCounts)
    implements TrainingState {

  public GaussianState {
    int n = parameters.size();
    checkArgument(
        firstMoments.size() == n
            && secondMoments.size() == n
            && gradientSums.length == n
            && gradientCounts.length == n,
        "Invalid training state: parts differ from %s Gaussians",
        n);
  }

  /** A new state: moments and statistics are zero. {@code parameters} is not copied. */
  public static GaussianState of(Gaussians parameters) {
    int n = parameters.size();
    return new GaussianState(
        parameters, parameters.zerosAlike(n), parameters.zerosAlike(n), new float[n], new float[n]);
  }

  /** A copy whose row i is row {@code rows[i]}. */
  public GaussianState rows(int[] rows) {
    float[] sums = new float[rows.length];
    float[] counts = new float[rows.length];
    for (int i = 0; i < rows.length; i++) {
      sums[i] = gradientSums[rows[i]];
      counts[i] = gradientCounts[rows[i]];
    }
    return new GaussianState(
        parameters.rows(rows), firstMoments.rows(rows), secondMoments.rows(rows), sums, counts);
  }

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
    Gaussians from =
        switch (moment) {
          case VALUE -> parameters;
          case FIRST -> firstMoments;
          case SECOND -> secondMoments;
        };
    int width = width(family);
    System.arraycopy(from.array(family), row * width, into, 0, rows * width);
  }

  @Override
  public void read(Statistic statistic, int row, int rows, float[] into) {
    float[] from =
        switch (statistic) {
          case GRADIENT_SUMS -> gradientSums;
          case GRADIENT_COUNTS -> gradientCounts;
        };
    System.arraycopy(from, row, into, 0, rows);
  }
}
