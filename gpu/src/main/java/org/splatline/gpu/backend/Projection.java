package org.splatline.gpu.backend;

/**
 * N Gaussians projected to a view's picture. A culled Gaussian has radius 0, and zeros elsewhere.
 *
 * @param means2d [N, 2] px
 * @param depths [N] camera z, world units
 * @param conics [N, 3] upper triangle of the inverse 2-D covariance, px⁻²
 * @param radii [N] px, 3 standard deviations along the longer axis, rounded up
 * @param colors [N, 3] RGB seen from the camera, at least 0
 */
public record Projection(
    float[] means2d, float[] depths, float[] conics, float[] radii, float[] colors) {}
