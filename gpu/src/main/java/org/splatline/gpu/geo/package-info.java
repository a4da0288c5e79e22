/**
 * Where a model lies on the earth: WGS 84, local east-north-up frames, and the similarity from a
 * model's units to metres that the GPS positions of its photographs tell. All in double; no device,
 * no Gaussians.
 */
package org.splatline.gpu.geo;
