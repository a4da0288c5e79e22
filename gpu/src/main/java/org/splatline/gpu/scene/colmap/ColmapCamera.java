package org.splatline.gpu.scene.colmap;

import static org.splatline.gpu.Checks.checkArgument;

import java.util.Arrays;
import org.splatline.gpu.scene.Intrinsics;

/**
 * A lens and sensor in COLMAP's terms.
 *
 * @param width of the picture it was fitted to, px
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

  /** A camera without distortion. */
  public static ColmapCamera pinhole(Intrinsics in) {
    return new ColmapCamera(
        ColmapCameraModel.PINHOLE,
        in.width(),
        in.height(),
        new double[] {in.fx(), in.fy(), in.cx(), in.cy()});
  }

  /** Whether straight lines come out bent: a fisheye, or any distortion parameter but 0. */
  public boolean isDistorted() {
    return model.projection() == ColmapCameraModel.Projection.FISHEYE
        || Arrays.stream(params, model.focalLengths() + 2, params.length).anyMatch(k -> k != 0);
  }

  /** Its pinhole part: the whole camera unless {@link #isDistorted()}. */
  public Intrinsics intrinsics() {
    int n = model.focalLengths();
    return new Intrinsics(width, height, params[0], params[n - 1], params[n], params[n + 1]);
  }

  /**
   * The same lens with a picture of another size, by the exact ratio of each side. A model with one
   * focal length keeps one: the mean of both ratios, which differ by rounding alone.
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
