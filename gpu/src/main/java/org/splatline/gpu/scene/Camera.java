package org.splatline.gpu.scene;

import static org.splatline.gpu.Checks.checkArgument;

/**
 * A pinhole camera's intrinsics and extrinsics: {@code p_cam = rotation · p_world + translation},
 * with axes x right, y down, z forward (OpenCV, COLMAP). Immutable.
 *
 * <p>It also has a near plane: Gaussians whose mean is nearer are not drawn. Model files do not
 * store it, and other viewers have near planes of their own. So a Gaussian that no training view
 * shows may be visible there, from a place close to it.
 */
public final class Camera {
  /** The near plane where nothing else is known: as in the code of Kerbl et al. 2023. */
  public static final float NEAR_PLANE = 0.2f;

  private final Intrinsics intrinsics;
  private final double[] rotation;
  private final double[] translation;
  private final float nearPlane;

  /**
   * A camera with the usual {@link #NEAR_PLANE}.
   *
   * @param rotation world to camera, [3, 3] row-major; copied
   * @param translation [3] world units; copied
   */
  public Camera(Intrinsics intrinsics, double[] rotation, double[] translation) {
    this(intrinsics, rotation, translation, NEAR_PLANE);
  }

  private Camera(Intrinsics intrinsics, double[] rotation, double[] translation, float nearPlane) {
    checkArgument(rotation.length == 9, "Invalid rotation: length %s is not 9", rotation.length);
    checkArgument(
        translation.length == 3, "Invalid translation: length %s is not 3", translation.length);
    for (double value : rotation) {
      checkArgument(Double.isFinite(value), "Invalid rotation: it contains %s", value);
    }
    for (double value : translation) {
      checkArgument(Double.isFinite(value), "Invalid translation: it contains %s", value);
    }
    checkArgument(
        nearPlane > 0 && Float.isFinite(nearPlane),
        "Invalid near plane: %s is not above 0",
        nearPlane);
    this.intrinsics = intrinsics;
    this.rotation = rotation.clone();
    this.translation = translation.clone();
    this.nearPlane = nearPlane;
  }

  /** A camera from a world-to-camera quaternion, wxyz, of any length except 0. */
  public static Camera ofQuaternion(
      Intrinsics intrinsics, double w, double x, double y, double z, double[] translation) {
    double n = w * w + x * x + y * y + z * z;
    checkArgument(n > 0, "Invalid camera rotation: quaternion (%s, %s, %s, %s)", w, x, y, z);
    double s = 2 / n;
    double[] rotation = {
      1 - s * (y * y + z * z),
      s * (x * y - w * z),
      s * (x * z + w * y),
      s * (x * y + w * z),
      1 - s * (x * x + z * z),
      s * (y * z - w * x),
      s * (x * z - w * y),
      s * (y * z + w * x),
      1 - s * (x * x + y * y)
    };
    return new Camera(intrinsics, rotation, translation);
  }

  /**
   * A camera at {@code eye} that looks at {@code target}; {@code up} points upwards in its picture.
   * All are [3] world units.
   */
  public static Camera lookingAt(
      Intrinsics intrinsics, double[] eye, double[] target, double[] up) {
    double[] z = normalized(target[0] - eye[0], target[1] - eye[1], target[2] - eye[2]);
    double[] x =
        normalized(
            z[1] * up[2] - z[2] * up[1], z[2] * up[0] - z[0] * up[2], z[0] * up[1] - z[1] * up[0]);
    double[] y = {z[1] * x[2] - z[2] * x[1], z[2] * x[0] - z[0] * x[2], z[0] * x[1] - z[1] * x[0]};
    double[] rotation = {x[0], x[1], x[2], y[0], y[1], y[2], z[0], z[1], z[2]};
    double[] translation = new double[3];
    for (int i = 0; i < 3; i++) {
      translation[i] =
          -(rotation[3 * i] * eye[0] + rotation[3 * i + 1] * eye[1] + rotation[3 * i + 2] * eye[2]);
    }
    return new Camera(intrinsics, rotation, translation);
  }

  private static double[] normalized(double x, double y, double z) {
    double length = Math.sqrt(x * x + y * y + z * z);
    checkArgument(
        length > 0, "Invalid camera: its axes cannot be computed from a vector of length 0");
    return new double[] {x / length, y / length, z / length};
  }

  public Intrinsics intrinsics() {
    return intrinsics;
  }

  /** [3, 3] row-major, world to camera; a copy. */
  public double[] rotation() {
    return rotation.clone();
  }

  /** [3] world units; a copy. */
  public double[] translation() {
    return translation.clone();
  }

  /** The camera's centre, [3] world units: {@code -rotationᵀ · translation}. */
  public double[] center() {
    double[] center = new double[3];
    for (int i = 0; i < 3; i++) {
      center[i] =
          -(rotation[i] * translation[0]
              + rotation[3 + i] * translation[1]
              + rotation[6 + i] * translation[2]);
    }
    return center;
  }

  /** Direction of the optical axis in the world, [3], length 1. */
  public double[] forward() {
    return new double[] {rotation[6], rotation[7], rotation[8]};
  }

  /** The same camera with a picture of another size. */
  public Camera resized(int width, int height) {
    return new Camera(intrinsics.resized(width, height), rotation, translation, nearPlane);
  }

  /** Camera z up to which no Gaussian is drawn, world units, above 0. */
  public float nearPlane() {
    return nearPlane;
  }

  /** The same camera with another near plane. */
  public Camera withNearPlane(float newNearPlane) {
    return new Camera(intrinsics, rotation, translation, newNearPlane);
  }
}
