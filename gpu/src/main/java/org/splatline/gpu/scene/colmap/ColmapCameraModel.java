package org.splatline.gpu.scene.colmap;

import java.util.Arrays;
import java.util.Optional;

/** COLMAP's camera models, with their ids in binary files and parameters as in its models.h. */
public enum ColmapCameraModel {
  /** f, cx, cy. */
  SIMPLE_PINHOLE(0, 1, 3, Projection.PERSPECTIVE),
  /** fx, fy, cx, cy. */
  PINHOLE(1, 2, 4, Projection.PERSPECTIVE),
  /** f, cx, cy, k. */
  SIMPLE_RADIAL(2, 1, 4, Projection.PERSPECTIVE),
  /** f, cx, cy, k1, k2. */
  RADIAL(3, 1, 5, Projection.PERSPECTIVE),
  /** fx, fy, cx, cy, k1, k2, p1, p2. */
  OPENCV(4, 2, 8, Projection.PERSPECTIVE),
  /** fx, fy, cx, cy, k1, k2, k3, k4. */
  OPENCV_FISHEYE(5, 2, 8, Projection.FISHEYE),
  /** fx, fy, cx, cy, k1, k2, p1, p2, k3, k4, k5, k6. */
  FULL_OPENCV(6, 2, 12, Projection.PERSPECTIVE),
  /** fx, fy, cx, cy, omega. */
  FOV(7, 2, 5, Projection.PERSPECTIVE),
  /** f, cx, cy, k. */
  SIMPLE_RADIAL_FISHEYE(8, 1, 4, Projection.FISHEYE),
  /** f, cx, cy, k1, k2. */
  RADIAL_FISHEYE(9, 1, 5, Projection.FISHEYE),
  /** fx, fy, cx, cy, k1, k2, p1, p2, k3, k4, sx1, sy1. */
  THIN_PRISM_FISHEYE(10, 2, 12, Projection.FISHEYE);

  /** The projection when all distortion parameters are 0. */
  enum Projection {
    PERSPECTIVE,
    FISHEYE
  }

  private final int id;
  private final int focalLengths;
  private final int parameters;
  private final Projection projection;

  ColmapCameraModel(int id, int focalLengths, int parameters, Projection projection) {
    this.id = id;
    this.focalLengths = focalLengths;
    this.parameters = parameters;
    this.projection = projection;
  }

  /** The number of this model in cameras.bin. */
  public int id() {
    return id;
  }

  /**
   * Number of focal lengths, which come first: 1 for both axes, or 2. The principal point is next.
   */
  int focalLengths() {
    return focalLengths;
  }

  /** Number of parameters of a camera. */
  public int parameters() {
    return parameters;
  }

  Projection projection() {
    return projection;
  }

  static Optional<ColmapCameraModel> ofId(int id) {
    return Arrays.stream(values()).filter(model -> model.id == id).findAny();
  }

  static Optional<ColmapCameraModel> ofName(String name) {
    return Arrays.stream(values()).filter(model -> model.name().equals(name)).findAny();
  }
}
