package org.splatline.gpu.synthetic;

import java.util.List;

/**
 * Solids and lights. Computes the light along a ray: ambient, diffuse with hard shadows, and weak
 * specular (Phong 1975).
 */
final class World {
  private static final double GLOSS = 0.10;
  private static final double OFF_SURFACE = 1e-4; // shadow rays start this far outside

  private final Solid[] solids;
  private final int objects;
  private final double[] balls; // [solids, 4]: centre and squared radius of each bounding ball
  private final Light[] lights;
  private final Vec ambient;

  /**
   * @param objects solids that cast shadows
   * @param backdrop solids behind all objects and lights, as ground, walls and sky; they cast no
   *     shadows
   * @param ambient linear RGB from above; a little less comes from below
   */
  World(List<Solid> objects, List<Solid> backdrop, List<Light> lights, Vec ambient) {
    this.objects = objects.size();
    this.solids = new Solid[objects.size() + backdrop.size()];
    this.balls = new double[4 * solids.length];
    for (int i = 0; i < solids.length; i++) {
      solids[i] = i < this.objects ? objects.get(i) : backdrop.get(i - this.objects);
      Solid.Ball ball = solids[i].bounds();
      balls[4 * i] = ball.center().x();
      balls[4 * i + 1] = ball.center().y();
      balls[4 * i + 2] = ball.center().z();
      balls[4 * i + 3] = ball.radius() * ball.radius();
    }
    this.lights = lights.toArray(new Light[0]);
    this.ambient = ambient;
  }

  /** The first hit of a ray. */
  record Hit(Solid solid, double distance) {}

  /** The first hit; without a solid if the ray hits nothing. */
  Hit nearest(Ray ray) {
    Solid found = null;
    double nearest = Solid.MISS;
    for (int i = 0; i < solids.length; i++) {
      if (comesNear(ray, i)) {
        double distance = solids[i].distance(ray);
        if (distance < nearest) {
          nearest = distance;
          found = solids[i];
        }
      }
    }
    return new Hit(found, nearest);
  }

  /** Whether the ray meets the ball around a solid: a quick test that most rays fail. */
  private boolean comesNear(Ray ray, int solid) {
    Vec origin = ray.origin();
    Vec direction = ray.direction();
    double x = balls[4 * solid] - origin.x();
    double y = balls[4 * solid + 1] - origin.y();
    double z = balls[4 * solid + 2] - origin.z();
    double along = x * direction.x() + y * direction.y() + z * direction.z();
    double outside = x * x + y * y + z * z - balls[4 * solid + 3];
    return outside <= 0 || (along > 0 && along * along >= outside);
  }

  /** The light along a ray in linear RGB; black if it hits nothing. */
  Vec color(Ray ray) {
    Hit hit = nearest(ray);
    return hit.solid() == null ? Vec.ZERO : color(ray, hit);
  }

  Vec color(Ray ray, Hit hit) {
    Vec point = ray.at(hit.distance());
    Vec normal = hit.solid().normal(point);
    if (normal.dot(ray.direction()) > 0) {
      normal = normal.times(-1); // seen from inside
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
    for (int i = 0; i < objects; i++) {
      if (comesNear(ray, i) && solids[i].distance(ray) < upTo) {
        return false;
      }
    }
    return true;
  }
}
