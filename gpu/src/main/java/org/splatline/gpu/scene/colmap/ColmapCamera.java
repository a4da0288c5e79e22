package org.splatline.gpu.scene.colmap;

import static org.splatline.gpu.Checks.checkArgument;

import java.util.Arrays;

/**
 * A camera as COLMAP describes it: a model with its parameters.
 *
 * @param width width of its pictures, px
 * @param height height of its pictures, px
 * @param params in the model's order, lengths in px; not copied
 */
public record ColmapCamera(ColmapCameraModel model, int width, int height, double[] params) {

  public ColmapCamera {
    checkArgument(width > 0 && height > 0, "Invalid picture size: %s x %s px", width, height);
    checkArgument(
        params.length == model.parameters(),
        "Invalid %s camera: %s parameters are not %s",
        model,
        params.length,
        model.parameters());
    for (double value : params) {
      checkArgument(Double.isFinite(value), "Invalid %s camera: parameter %s", model, value);
    }
    checkArgument(
        params[0] > 0 && params[model.focalLengths() - 1] > 0,
        "Invalid %s camera: focal length %s px",
        model,
        Math.min(params[0], params[model.focalLengths() - 1]));
  }

  /** A camera without distortion; all lengths in px. */
  public static ColmapCamera pinhole(
      int width, int height, double fx, double fy, double cx, double cy) {
    return new ColmapCamera(
        ColmapCameraModel.PINHOLE, width, height, new double[] {fx, fy, cx, cy});
  }

  /** Whether straight lines appear bent: a fisheye, or a distortion parameter that is not 0. */
  public boolean isDistorted() {
    return model.projection() == ColmapCameraModel.Projection.FISHEYE
        || Arrays.stream(params, model.focalLengths() + 2, params.length).anyMatch(k -> k != 0);
  }

  /** The largest distortion parameter, without its sign; 0: the model has none. */
  public double mostDistortion() {
    return Arrays.stream(params, model.focalLengths() + 2, params.length)
        .map(Math::abs)
        .max()
        .orElse(0);
  }

  /** Focal length along x, px. */
  public double fx() {
    return params[0];
  }

  /** Focal length along y, px. */
  public double fy() {
    return params[model.focalLengths() - 1];
  }

  /** The principal point's x, px. */
  public double cx() {
    return params[model.focalLengths()];
  }

  /** The principal point's y, px. */
  public double cy() {
    return params[model.focalLengths() + 1];
  }

  /**
   * The same lens with a picture of another size, scaled by the exact ratio of each side. A model
   * with one focal length scales it by the mean of both ratios, which differ only by rounding.
   */
  public ColmapCamera resized(int newWidth, int newHeight) {
    double x = (double) newWidth / width;
    double y = (double) newHeight / height;
    int n = model.focalLengths();
    double[] resized = params.clone();
    resized[0] *= n == 1 ? (x + y) / 2 : x;
    if (n == 2) {
      resized[1] *= y;
    }
    resized[n] *= x;
    resized[n + 1] *= y;
    return new ColmapCamera(model, newWidth, newHeight, resized);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ColmapCamera that
        && model == that.model
        && width == that.width
        && height == that.height
        && Arrays.equals(params, that.params);
  }

  @Override
  public int hashCode() {
    return 31 * model.hashCode() + Arrays.hashCode(params);
  }

  @Override
  public String toString() {
    return "%s %d x %d %s".formatted(model, width, height, Arrays.toString(params));
  }
}
