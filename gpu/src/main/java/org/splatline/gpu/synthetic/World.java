package org.splatline.gpu.synthetic;

import java.util.List;

/**
 * Solids and lights, and the light they send along a ray: ambient, diffuse with hard shadows, mild
 * specular (Phong 1975).
 *
 * @param ambient linear RGB, from above; a little less from below
 */
record World(Solid[] solids, List<Light> lights, Vec ambient) {
  private static final double GLOSS = 0.10;
  private static final double OFF_SURFACE = 1e-4; // shadow rays start this far outside

  /** What a ray hits first. */
  record Hit(Solid solid, double distance) {}

  /** A hit with no solid when there is nothing on the ray's way. */
  Hit nearest(Ray ray) {
    Solid found = null;
    double nearest = Solid.MISS;
    for (Solid solid : solids) {
      double distance = solid.distance(ray);
      if (distance < nearest) {
        nearest = distance;
        found = solid;
      }
    }
    return new Hit(found, nearest);
  }

  /** Linear RGB; black where there is nothing. */
  Vec color(Ray ray) {
    Hit hit = nearest(ray);
    return hit.solid() == null ? Vec.ZERO : color(ray, hit);
  }

  Vec color(Ray ray, Hit hit) {
    Vec point = ray.at(hit.distance());
    Vec normal = hit.solid().normal(point);
    if (normal.dot(ray.direction()) > 0) {
      normal = normal.times(-1); // seen from within
    }
    Vec start = point.plus(normal.times(OFF_SURFACE));
    Vec albedo = hit.solid().albedo(point);
    Vec sum = albedo.times(ambient).times(0.8 + 0.2 * normal.z());
    for (Light light : lights) {
      Vec toLight = light.position().minus(start);
      double distance = toLight.length();
      Vec direction = toLight.times(1 / distance);
      double cosine = normal.dot(direction);
      if (cosine > 0 && isFree(new Ray(start, direction), distance)) {
        Vec mirrored = direction.minus(normal.times(2 * cosine));
        double gloss = GLOSS * power24(Math.max(0, mirrored.dot(ray.direction())));
        sum =
            sum.plus(albedo.times(cosine).plus(new Vec(gloss, gloss, gloss)).times(light.color()));
      }
    }
    return sum;
  }

  private static double power24(double base) {
    double square = base * base;
    double eighth = square * square * square * square;
    return eighth * eighth * eighth;
  }

  private boolean isFree(Ray ray, double upTo) {
    for (Solid solid : solids) {
      if (solid.distance(ray) < upTo) {
        return false;
      }
    }
    return true;
  }
}
