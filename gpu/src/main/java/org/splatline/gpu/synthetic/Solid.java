package org.splatline.gpu.synthetic;

/** A body that a ray can hit from outside or, as with rooms and skies, from inside. */
sealed interface Solid permits Sphere, Dome, Box, Cylinder {
  /** The points within {@code radius} of {@code center}. */
  record Ball(Vec center, double radius) {}

  /** The {@link #distance} of a ray that misses. */
  double MISS = Double.POSITIVE_INFINITY;

  /** Closer hits are ignored: they are on the surface that the ray starts from. */
  double NEAREST = 1e-6;

  /** The distance along the ray to its first hit beyond {@link #NEAREST}, or {@link #MISS}. */
  double distance(Ray ray);

  /** A ball that contains the whole solid. */
  Ball bounds();

  /** The outward unit normal at a point of the surface. */
  Vec normal(Vec point);

  /** The linear RGB albedo at a point of the surface. */
  Vec albedo(Vec point);
}
