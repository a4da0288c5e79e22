package org.splatline.gpu.synthetic;

/** A ray; {@code direction} has length 1. */
record Ray(Vec origin, Vec direction) {
  Vec at(double distance) {
    return new Vec(
        origin.x() + direction.x() * distance,
        origin.y() + direction.y() * distance,
        origin.z() + direction.z() * distance);
  }
}
