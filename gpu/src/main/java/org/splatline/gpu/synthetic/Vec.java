package org.splatline.gpu.synthetic;

/** A point, a direction or a linear RGB colour. */
record Vec(double x, double y, double z) {
  static final Vec ZERO = new Vec(0, 0, 0);

  /** The linear colour of an sRGB value, {@code 0xRRGGBB}. */
  static Vec rgb(int hex) {
    return new Vec(linear(hex >> 16 & 255), linear(hex >> 8 & 255), linear(hex & 255));
  }

  private static double linear(int srgb) {
    double value = srgb / 255.0;
    return value <= 0.04045 ? value / 12.92 : Math.pow((value + 0.055) / 1.055, 2.4);
  }

  Vec plus(Vec other) {
    return new Vec(x + other.x, y + other.y, z + other.z);
  }

  Vec minus(Vec other) {
    return new Vec(x - other.x, y - other.y, z - other.z);
  }

  Vec times(double factor) {
    return new Vec(x * factor, y * factor, z * factor);
  }

  /** The product component by component. */
  Vec times(Vec other) {
    return new Vec(x * other.x, y * other.y, z * other.z);
  }

  Vec mix(Vec other, double share) {
    return new Vec(x + (other.x - x) * share, y + (other.y - y) * share, z + (other.z - z) * share);
  }

  double dot(Vec other) {
    return x * other.x + y * other.y + z * other.z;
  }

  double length() {
    return Math.sqrt(dot(this));
  }

  Vec normalized() {
    return times(1 / length());
  }
}
