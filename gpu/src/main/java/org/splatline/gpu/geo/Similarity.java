package org.splatline.gpu.geo;

import static org.splatline.gpu.Checks.checkArgument;

import java.util.Arrays;

/**
 * The map {@code p ↦ scale · R · p + translation}. Immutable: arrays are copied in and out.
 *
 * @param scale units of the target per unit of the source, above 0
 * @param quaternion wxyz of R, of any length except 0; stored with length 1 and w not negative
 * @param translation [3] units of the target
 */
public record Similarity(double scale, double[] quaternion, double[] translation) {
  /** The identity. */
  public static final Similarity IDENTITY =
      new Similarity(1, new double[] {1, 0, 0, 0}, new double[3]);

  /** Lengths this close to 1 are not normalised, so that a stored quaternion keeps its bits. */
  private static final double UNIT_TOLERANCE = 1e-14;

  public Similarity {
    checkArgument(
        scale > 0 && Double.isFinite(scale), "Invalid scale: %s is not above 0 and finite", scale);
    checkArgument(
        quaternion.length == 4, "Invalid quaternion: length %s is not 4", quaternion.length);
    checkArgument(
        translation.length == 3, "Invalid translation: length %s is not 3", translation.length);
    for (double value : translation) {
      checkArgument(Double.isFinite(value), "Invalid translation: holds %s", value);
    }
    quaternion = normalized(quaternion);
    translation = translation.clone();
  }

  private static double[] normalized(double[] q) {
    double squared = 0;
    for (double value : q) {
      squared += value * value;
    }
    checkArgument(
        squared > 0 && Double.isFinite(squared), "Invalid quaternion: %s", Arrays.toString(q));
    double length = Math.abs(squared - 1) <= UNIT_TOLERANCE ? 1 : Math.sqrt(squared);
    double divisor = q[0] < 0 ? -length : length;
    return Arrays.stream(q) // + 0.0 turns -0.0 into 0.0
        .map(value -> value / divisor + 0.0)
        .toArray();
  }

  /** A copy. */
  @Override
  public double[] quaternion() {
    return quaternion.clone();
  }

  /** A copy. */
  @Override
  public double[] translation() {
    return translation.clone();
  }

  /** R, [3, 3] row-major. */
  public double[] rotationMatrix() {
    double w = quaternion[0];
    double x = quaternion[1];
    double y = quaternion[2];
    double z = quaternion[3];
    return new double[] {
      1 - 2 * (y * y + z * z),
      2 * (x * y - w * z),
      2 * (x * z + w * y),
      2 * (x * y + w * z),
      1 - 2 * (x * x + z * z),
      2 * (y * z - w * x),
      2 * (x * z - w * y),
      2 * (y * z + w * x),
      1 - 2 * (x * x + y * y)
    };
  }

  /** The point's image, [3]. */
  public double[] apply(double[] point) {
    double[] image = rotate(point);
    for (int i = 0; i < 3; i++) {
      image[i] = scale * image[i] + translation[i];
    }
    return image;
  }

  /** {@code R · vector}, [3]. */
  public double[] rotate(double[] vector) {
    double[] matrix = rotationMatrix();
    double[] rotated = new double[3];
    for (int i = 0; i < 3; i++) {
      for (int k = 0; k < 3; k++) {
        rotated[i] += matrix[3 * i + k] * vector[k];
      }
    }
    return rotated;
  }

  /** The inverse: {@code p ↦ Rᵀ · (p − translation) / scale}. */
  public Similarity inverse() {
    double[] conjugate = {quaternion[0], -quaternion[1], -quaternion[2], -quaternion[3]};
    Similarity turnedBack = new Similarity(1 / scale, conjugate, new double[3]);
    double[] back = turnedBack.apply(translation);
    return new Similarity(
        1 / scale, conjugate, new double[] {0 - back[0], 0 - back[1], 0 - back[2]});
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Similarity that
        && scale == that.scale
        && Arrays.equals(quaternion, that.quaternion)
        && Arrays.equals(translation, that.translation);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(quaternion) + Arrays.hashCode(translation);
  }

  @Override
  public String toString() {
    return "Similarity[scale %s, quaternion %s, translation %s]"
        .formatted(scale, Arrays.toString(quaternion), Arrays.toString(translation));
  }
}
