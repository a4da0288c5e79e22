package org.splatline.gpu.backend;

/**
 * Random numbers that are a function of (seed, step, index, draw). They do not depend on order,
 * threads or device. The 64-bit SplitMix finaliser (Steele et al. 2014) computes them from the
 * mixed counter.
 */
public final class CounterRandom {
  private static final double TO_UNIT = 0x1.0p-24;

  private CounterRandom() {}

  /** 64 random bits. */
  public static long bits(long seed, long step, long index, int draw) {
    long z = mix(seed + 0x9E3779B97F4A7C15L);
    z = mix(z ^ (step * 0xD1B54A32D192ED03L + 0x632BE59BD9B4E019L));
    return mix(z ^ (index * 0x8CB92BA72F3D8DD7L + draw));
  }

  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /** Uniform in (0, 1), 24 bits. */
  public static float uniform(long seed, long step, long index, int draw) {
    return (float) (((bits(seed, step, index, draw) >>> 40) + 0.5) * TO_UNIT);
  }

  /** Exponentially distributed with mean 1, above 0: -ln of a uniform number in double. */
  public static double exponential(long seed, long step, long index, int draw) {
    return -Math.log(((bits(seed, step, index, draw) >>> 40) + 0.5) * TO_UNIT);
  }

  /** Standard normal (Box and Muller 1958); uses draws 2 {@code draw} and 2 {@code draw} + 1. */
  public static float normal(long seed, long step, long index, int draw) {
    double u = uniform(seed, step, index, 2 * draw);
    double v = uniform(seed, step, index, 2 * draw + 1);
    return (float) (Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * v));
  }
}
