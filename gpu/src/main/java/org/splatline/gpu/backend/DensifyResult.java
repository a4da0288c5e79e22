package org.splatline.gpu.backend;

/**
 * What one round of adaptive density control did; {@code pruned} leaves out the split originals.
 */
public record DensifyResult(int cloned, int split, int pruned) {}
