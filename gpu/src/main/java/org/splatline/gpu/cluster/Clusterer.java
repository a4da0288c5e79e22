package org.splatline.gpu.cluster;

/** Something that finds centroids for points, such as a device. */
@FunctionalInterface
public interface Clusterer {

  /**
   * Finds at most {@code count} centroids with a small sum of weight · squared distance from each
   * point to its centroid, and labels each point with the nearest one, or one nearly as near. It
   * finds fewer where no more are of use. The centroids are in any order.
   *
   * @param count at least 1
   * @param seed the same one gives the same result on the same device
   */
  Clusters cluster(WeightedPoints points, int count, long seed);
}
