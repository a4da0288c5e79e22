package org.splatline.gpu.backend;

import static org.splatline.gpu.Checks.checkArgument;

/**
 * Affine colour transforms of V training views, and Adam's state for them. What a view's photograph
 * shows is {@code transform · (red, green, blue, 1)} of what the model shows: exposure and white
 * balance differ from photograph to photograph, the scene does not (Rematas et al. 2022, "Urban
 * Radiance Fields"; Kerbl et al. 2024, "A Hierarchical 3D Gaussian Representation for Real-Time
 * Rendering of Very Large Datasets"). The mean over the views is the identity, so the model keeps
 * the colours of the photographs. Arrays are not copied.
 *
 * @param transforms [V, 3, 4] rows of three factors and an offset
 * @param firstMoments [V, 3, 4] Adam's running mean of d loss / d transform
 * @param secondMoments [V, 3, 4] Adam's running mean of its square
 * @param counts [V] steps that each transform has taken, whole numbers
 */
public record Exposures(
    float[] transforms, float[] firstMoments, float[] secondMoments, float[] counts) {
  /** Numbers of a transform. */
  public static final int WIDTH = 12;

  /** No transforms. */
  public static final Exposures NONE = identity(0);

  public Exposures {
    int width = WIDTH * counts.length;
    checkArgument(
        transforms.length == width && firstMoments.length == width && secondMoments.length == width,
        "Invalid exposures: parts differ from %s views",
        counts.length);
  }

  /** The start: transforms that change nothing. */
  public static Exposures identity(int views) {
    float[] transforms = new float[WIDTH * views];
    for (int i = 0; i < transforms.length; i++) {
      transforms[i] = identityAt(i % WIDTH);
    }
    return new Exposures(
        transforms, new float[WIDTH * views], new float[WIDTH * views], new float[views]);
  }

  /** Number {@code k} of the transform that changes nothing. */
  public static float identityAt(int k) {
    return k % 5 == 0 ? 1 : 0; // the diagonal of three rows of four
  }

  /** V. */
  public int size() {
    return counts.length;
  }

  public boolean isEmpty() {
    return size() == 0;
  }

  /** A copy of all arrays. */
  public Exposures copy() {
    return new Exposures(
        transforms.clone(), firstMoments.clone(), secondMoments.clone(), counts.clone());
  }
}
