package org.splatline.gpu.synthetic;

/** Random functions of space from hashed lattice points: value noise and cellular noise. */
final class Noise {
  private static final double OCTAVE_SHIFT = 17.31; // octaves must not share lattice points

  private Noise() {}

  /** A uniform number in [0, 1) for each lattice point and seed. */
  static double lattice(int x, int y, int z, int seed) {
    return (hash(x, y, z, seed) >>> 8) * 0x1.0p-24;
  }

  private static int hash(int x, int y, int z, int seed) {
    int h = seed * 0x9E3779B1 ^ x * 0x85EBCA6B ^ y * 0xC2B2AE35 ^ z * 0x27D4EB2F;
    h = (h ^ h >>> 15) * 0x2C1B3C6D;
    h = (h ^ h >>> 12) * 0x297A2D39;
    return h ^ h >>> 15;
  }

  /** Smooth noise in [0, 1), with features one unit wide. */
  static double value(double x, double y, double z, int seed) {
    int ix = (int) Math.floor(x);
    int iy = (int) Math.floor(y);
    int iz = (int) Math.floor(z);
    double u = fade(x - ix);
    double v = fade(y - iy);
    double w = fade(z - iz);
    double low =
        mix(
            mix(lattice(ix, iy, iz, seed), lattice(ix + 1, iy, iz, seed), u),
            mix(lattice(ix, iy + 1, iz, seed), lattice(ix + 1, iy + 1, iz, seed), u),
            v);
    double high =
        mix(
            mix(lattice(ix, iy, iz + 1, seed), lattice(ix + 1, iy, iz + 1, seed), u),
            mix(lattice(ix, iy + 1, iz + 1, seed), lattice(ix + 1, iy + 1, iz + 1, seed), u),
            v);
    return mix(low, high, w);
  }

  private static double fade(double t) {
    return t * t * (3 - 2 * t);
  }

  private static double mix(double a, double b, double share) {
    return a + (b - a) * share;
  }

  /** A sum of octaves of {@link #value}, each twice as fine and half as strong, in [0, 1). */
  static double octaves(Vec p, int octaves, int seed) {
    double sum = 0;
    double weight = 0.5;
    double total = 0;
    double scale = 1;
    for (int i = 0; i < octaves; i++) {
      double shift = i * OCTAVE_SHIFT;
      sum +=
          weight * value(p.x() * scale + shift, p.y() * scale + shift, p.z() * scale + shift, seed);
      total += weight;
      weight /= 2;
      scale *= 2;
    }
    return sum / total;
  }

  /**
   * The cell that contains a point. Each lattice cube has one cell, with a random centre.
   *
   * @param tone uniform in [0, 1), constant within the cell
   * @param edge 0 at the border to the next cell, larger inside
   */
  record Cell(double tone, double edge) {}

  static Cell cell(Vec p, int seed) {
    int ix = (int) Math.floor(p.x());
    int iy = (int) Math.floor(p.y());
    int iz = (int) Math.floor(p.z());
    double nearest = Double.POSITIVE_INFINITY;
    double second = Double.POSITIVE_INFINITY;
    double tone = 0;
    for (int x = ix - 1; x <= ix + 1; x++) {
      for (int y = iy - 1; y <= iy + 1; y++) {
        for (int z = iz - 1; z <= iz + 1; z++) {
          int h = hash(x, y, z, seed);
          double dx = x + (h & 1023) / 1023.0 - p.x();
          double dy = y + (h >>> 10 & 1023) / 1023.0 - p.y();
          double dz = z + (h >>> 20 & 1023) / 1023.0 - p.z();
          double distance = dx * dx + dy * dy + dz * dz;
          if (distance < nearest) {
            second = nearest;
            nearest = distance;
            tone = lattice(x, y, z, ~seed);
          } else if (distance < second) {
            second = distance;
          }
        }
      }
    }
    return new Cell(tone, Math.sqrt(second) - Math.sqrt(nearest));
  }
}
