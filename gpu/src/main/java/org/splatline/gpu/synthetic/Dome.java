package org.splatline.gpu.synthetic;

/** The upper half of a hollow sphere, open at the bottom. */
record Dome(Vec center, double radius, Texture texture) implements Solid {

  @Override
  public double distance(Ray ray) {
    Vec origin = ray.origin().minus(center);
    double b = origin.dot(ray.direction());
    double root = b * b - origin.dot(origin) + radius * radius;
    if (root < 0) {
      return MISS;
    }
    double half = Math.sqrt(root);
    if (-b - half > NEAREST && origin.z() + ray.direction().z() * (-b - half) >= 0) {
      return -b - half;
    }
    boolean above = origin.z() + ray.direction().z() * (-b + half) >= 0;
    return -b + half > NEAREST && above ? -b + half : MISS;
  }

  @Override
  public Ball bounds() {
    return new Ball(center, radius);
  }

  @Override
  public Vec normal(Vec point) {
    return point.minus(center).times(1 / radius);
  }

  @Override
  public Vec albedo(Vec point) {
    return texture.color(point.minus(center));
  }
}
