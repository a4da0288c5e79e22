package org.splatline.gpu.backend;

/** How a training's numbers are stored; arithmetic is in 32 bits all the same. */
public enum Precision {
  /** All in 32 bits. */
  FLOAT,
  /** Spherical-harmonics coefficients and their moments in 16 bits where the backend can. */
  MIXED
}
