package org.splatline.gpu.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.Test;

class KMeansTest extends ClustererContract {
  @Override
  protected Clusterer clusterer() {
    return new KMeans();
  }

  @Test
  void theNumberOfThreadsChangesNothing() throws Exception {
    WeightedPoints points = points(20_000, 9, 8);
    Clusters many = clusterer().cluster(points, 640, 5);
    ForkJoinPool one = new ForkJoinPool(1); // parallel streams stay in the pool that runs them
    try {
      Clusters alone = one.submit(() -> clusterer().cluster(points, 640, 5)).get();
      assertThat(alone.centroids()).isEqualTo(many.centroids());
      assertThat(alone.labels()).isEqualTo(many.labels());
    } finally {
      one.shutdown();
    }
  }
}
