package org.splatline.gpu.cluster;

/**
 * Centroids of points and which of them stands for each point.
 *
 * @param centroids [K, D]
 * @param labels [N] from 0 to K - 1
 */
public record Clusters(float[] centroids, int[] labels) {}
