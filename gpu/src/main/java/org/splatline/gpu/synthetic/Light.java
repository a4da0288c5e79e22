package org.splatline.gpu.synthetic;

/** A point light that doesn't fade with distance. */
record Light(Vec position, Vec color) {}
