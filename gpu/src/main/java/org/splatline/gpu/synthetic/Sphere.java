package org.splatline.gpu.synthetic;

record Sphere(Vec center, double radius, Texture texture) implements Solid {

  @Override
  public double distance(Ray ray) {
    Vec origin = ray.origin().minus(center);
    double b = origin.dot(ray.direction());
    double root = b * b - origin.dot(origin) + radius * radius;
    if (root < 0) {
      return MISS;
    }
    double half = Math.sqrt(root);
    if (-b - half > NEAREST) {
      return -b - half;
    }
    return -b + half > NEAREST ? -b + half : MISS;
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
