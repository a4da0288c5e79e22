package org.splatline.gpu.geo;

import java.util.Arrays;

/**
 * Distances of the aligned camera centres from their GPS positions, over the inliers, in metres.
 *
 * @param horizontalRms root mean square of the horizontal distance
 * @param horizontalMedian median of the horizontal distance
 * @param verticalRms root mean square of the difference in height
 * @param verticalMedian median of the absolute difference in height
 */
public record AlignmentResiduals(
    double horizontalRms, double horizontalMedian, double verticalRms, double verticalMedian) {

  /**
   * @param from [n][3] model units, n at least 1
   * @param enu [n][3] metres
   */
  static AlignmentResiduals of(Similarity modelToEnu, double[][] from, double[][] enu) {
    double[] horizontal = new double[from.length];
    double[] vertical = new double[from.length];
    for (int i = 0; i < from.length; i++) {
      double[] placed = modelToEnu.apply(from[i]);
      horizontal[i] = Math.hypot(placed[0] - enu[i][0], placed[1] - enu[i][1]);
      vertical[i] = Math.abs(placed[2] - enu[i][2]);
    }
    return new AlignmentResiduals(
        rms(horizontal), median(horizontal), rms(vertical), median(vertical));
  }

  private static double rms(double[] values) {
    return Math.sqrt(Arrays.stream(values).map(value -> value * value).average().orElseThrow());
  }

  /** Sorts {@code values}. */
  private static double median(double[] values) {
    Arrays.sort(values);
    int n = values.length;
    return (values[(n - 1) / 2] + values[n / 2]) / 2;
  }
}
