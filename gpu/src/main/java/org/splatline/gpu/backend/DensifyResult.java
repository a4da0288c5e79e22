package org.splatline.gpu.backend;

/**
 * What one round of adaptive density control did. {@code pruned} does not count the originals of
 * split Gaussians.
 */
public record DensifyResult(int cloned, int split, int pruned) {}
