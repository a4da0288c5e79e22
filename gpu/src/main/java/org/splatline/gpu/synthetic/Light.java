package org.splatline.gpu.synthetic;

/** A point light whose brightness does not depend on distance. */
record Light(Vec position, Vec color) {}
