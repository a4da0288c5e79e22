package org.splatline.gpu.synthetic;

/**
 * A box rotated about the vertical axis through its centre.
 *
 * @param half half of its sides
 * @param cos cosine of the rotation angle
 * @param sin sine of the rotation angle
 */
record Box(Vec center, Vec half, double cos, double sin, Texture texture) implements Solid {

  static Box turned(Vec center, Vec half, double degrees, Texture texture) {
    double angle = Math.toRadians(degrees);
    return new Box(center, half, Math.cos(angle), Math.sin(angle), texture);
  }

  @Override
  public double distance(Ray ray) {
    Vec origin = toLocal(ray.origin().minus(center));
    Vec direction = toLocal(ray.direction());
    double enter = Double.NEGATIVE_INFINITY;
    double leave = Double.POSITIVE_INFINITY;

    double near = slab(origin.x(), direction.x(), half.x(), -1);
    double far = slab(origin.x(), direction.x(), half.x(), 1);
    enter = Math.max(enter, near);
    leave = Math.min(leave, far);
    near = slab(origin.y(), direction.y(), half.y(), -1);
    far = slab(origin.y(), direction.y(), half.y(), 1);
    enter = Math.max(enter, near);
    leave = Math.min(leave, far);
    near = slab(origin.z(), direction.z(), half.z(), -1);
    far = slab(origin.z(), direction.z(), half.z(), 1);
    enter = Math.max(enter, near);
    leave = Math.min(leave, far);

    if (enter > leave || leave <= NEAREST) {
      return MISS;
    }
    return enter > NEAREST ? enter : leave;
  }

  /** Where the ray enters (side -1) or leaves (side 1) the slab between the planes at ±half. */
  private static double slab(double origin, double direction, double half, int side) {
    if (direction == 0) {
      boolean inside = Math.abs(origin) <= half;
      return inside == (side > 0) ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY;
    }
    return (side * Math.copySign(half, direction) - origin) / direction;
  }

  private Vec toLocal(Vec v) {
    return new Vec(cos * v.x() + sin * v.y(), cos * v.y() - sin * v.x(), v.z());
  }

  @Override
  public Ball bounds() {
    return new Ball(center, half.length());
  }

  @Override
  public Vec normal(Vec point) {
    Vec local = toLocal(point.minus(center));
    double x = Math.abs(local.x()) / half.x();
    double y = Math.abs(local.y()) / half.y();
    double z = Math.abs(local.z()) / half.z();
    if (x >= y && x >= z) {
      double sign = Math.signum(local.x());
      return new Vec(sign * cos, sign * sin, 0);
    }
    if (y >= z) {
      double sign = Math.signum(local.y());
      return new Vec(-sign * sin, sign * cos, 0);
    }
    return new Vec(0, 0, Math.signum(local.z()));
  }

  @Override
  public Vec albedo(Vec point) {
    return texture.color(toLocal(point.minus(center)));
  }
}
