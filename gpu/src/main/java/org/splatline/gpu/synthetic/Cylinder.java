package org.splatline.gpu.synthetic;

/** An upright cylinder with both ends closed; {@code center} is at half its height. */
record Cylinder(Vec center, double radius, double halfHeight, Texture texture) implements Solid {

  @Override
  public double distance(Ray ray) {
    Vec origin = ray.origin().minus(center);
    Vec direction = ray.direction();
    double a = direction.x() * direction.x() + direction.y() * direction.y();
    double b = origin.x() * direction.x() + origin.y() * direction.y();
    double c = origin.x() * origin.x() + origin.y() * origin.y() - radius * radius;
    double root = b * b - a * c;
    if (root < 0 || (a == 0 && c > 0)) {
      return MISS;
    }
    double half = Math.sqrt(root);
    double enter = a == 0 ? Double.NEGATIVE_INFINITY : (-b - half) / a;
    double leave = a == 0 ? Double.POSITIVE_INFINITY : (-b + half) / a;
    if (direction.z() != 0) {
      double lid = Math.copySign(halfHeight, direction.z());
      enter = Math.max(enter, (-lid - origin.z()) / direction.z());
      leave = Math.min(leave, (lid - origin.z()) / direction.z());
    } else if (Math.abs(origin.z()) > halfHeight) {
      return MISS;
    }
    if (enter > leave || leave <= NEAREST) {
      return MISS;
    }
    return enter > NEAREST ? enter : leave;
  }

  @Override
  public Ball bounds() {
    return new Ball(center, Math.hypot(radius, halfHeight));
  }

  @Override
  public Vec normal(Vec point) {
    Vec local = point.minus(center);
    double fromAxis = Math.hypot(local.x(), local.y());
    double fromLid = halfHeight - Math.abs(local.z());
    if (fromLid < radius - fromAxis) {
      return new Vec(0, 0, Math.signum(local.z()));
    }
    return new Vec(local.x() / fromAxis, local.y() / fromAxis, 0);
  }

  @Override
  public Vec albedo(Vec point) {
    return texture.color(point.minus(center));
  }
}
