package org.splatline.gpu.synthetic;

/** Something a ray can hit, from outside or, as with rooms and skies, from within. */
sealed interface Solid permits Sphere, Dome, Box, Cylinder {
  /** Points no further than {@code radius} from {@code center}. */
  record Ball(Vec center, double radius) {}

  /** What {@link #distance} gives for a ray that passes by. */
  double MISS = Double.POSITIVE_INFINITY;

  /** Nearer hits are the surface the ray starts from. */
  double NEAREST = 1e-6;

  /** Along the ray to its first hit beyond {@link #NEAREST}, or {@link #MISS}. */
  double distance(Ray ray);

  /** A ball around all of it. */
  Ball bounds();

  /** Outward, length 1, at a point of the surface. */
  Vec normal(Vec point);

  /** Linear RGB albedo at a point of the surface. */
  Vec albedo(Vec point);
}
