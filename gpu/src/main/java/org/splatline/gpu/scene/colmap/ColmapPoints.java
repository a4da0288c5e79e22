package org.splatline.gpu.scene.colmap;

import static org.splatline.gpu.Checks.checkArgument;

import java.util.Arrays;
import org.splatline.gpu.scene.SparsePoints;

/**
 * COLMAP's sparse points. Arrays are not copied.
 *
 * @param positions [N, 3] world units
 * @param colors [N, 3] RGB, unsigned
 * @param errors [N] mean reprojection error, px; -1 where COLMAP has none
 * @param trackLengths [N] images that see the point
 */
public record ColmapPoints(double[] positions, byte[] colors, double[] errors, int[] trackLengths) {

  public ColmapPoints {
    checkArgument(
        positions.length == 3L * errors.length
            && colors.length == positions.length
            && trackLengths.length == errors.length,
        "Invalid points: %s coordinates, %s colours, %s errors, %s tracks",
        positions.length,
        colors.length,
        errors.length,
        trackLengths.length);
  }

  /** No points. */
  public static ColmapPoints none() {
    return new ColmapPoints(new double[0], new byte[0], new double[0], new int[0]);
  }

  /** N. */
  public int size() {
    return errors.length;
  }

  /** Those that are finite, as training starts from them. */
  public SparsePoints sparsePoints() {
    float[] to = new float[positions.length];
    byte[] rgb = new byte[colors.length];
    int n = 0;
    for (int i = 0; i < positions.length; i += 3) {
      float x = (float) positions[i];
      float y = (float) positions[i + 1];
      float z = (float) positions[i + 2];
      if (Float.isFinite(x) && Float.isFinite(y) && Float.isFinite(z)) {
        to[n] = x;
        to[n + 1] = y;
        to[n + 2] = z;
        System.arraycopy(colors, i, rgb, n, 3);
        n += 3;
      }
    }
    return new SparsePoints(Arrays.copyOf(to, n), Arrays.copyOf(rgb, n));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ColmapPoints that
        && Arrays.equals(positions, that.positions)
        && Arrays.equals(colors, that.colors)
        && Arrays.equals(errors, that.errors)
        && Arrays.equals(trackLengths, that.trackLengths);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(positions);
  }
}
