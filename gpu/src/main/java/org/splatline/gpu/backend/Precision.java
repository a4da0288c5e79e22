package org.splatline.gpu.backend;

/** How a training stores its numbers. Arithmetic is always in 32 bits. */
public enum Precision {
  /** All numbers in 32 bits. */
  FLOAT,
  /** Spherical-harmonics coefficients and their moments in 16 bits, if the backend supports it. */
  MIXED
}
