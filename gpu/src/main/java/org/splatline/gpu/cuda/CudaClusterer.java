package org.splatline.gpu.cuda;

import org.splatline.gpu.cluster.Clusterer;
import org.splatline.gpu.cluster.Clusters;
import org.splatline.gpu.cluster.Lloyd;
import org.splatline.gpu.cluster.WeightedPoints;
import org.splatline.gpu.cuda.device.CudaContext;
import org.splatline.gpu.cuda.device.CudaModule;
import org.splatline.gpu.cuda.device.DeviceMemory;
import org.splatline.gpu.cuda.device.DeviceStream;
import org.splatline.gpu.cuda.device.MemoryAccount;
import org.splatline.gpu.cuda.kernel.Grid;
import org.splatline.gpu.cuda.kernel.NearestCentroidKernel;

/**
 * K-means in which a GPU compares every point with every centroid. Points pass over it in pieces,
 * so that little of its memory is needed.
 */
final class CudaClusterer implements Clusterer {
  private static final int PIECE = 1 << 18; // 48 MiB of points

  private final CudaContext context;
  private final CudaModule module;
  private final MemoryAccount account;
  private final boolean debugSync;

  CudaClusterer(CudaContext context, CudaModule module, MemoryAccount account, boolean debugSync) {
    this.context = context;
    this.module = module;
    this.account = account;
    this.debugSync = debugSync;
  }

  @Override
  public Clusters cluster(WeightedPoints points, int count, long seed) {
    context.use();
    NearestCentroidKernel kernel = NearestCentroidKernel.of(module, points.width());
    try (DeviceStream stream = new DeviceStream(debugSync);
        DeviceMemory pieces = DeviceMemory.floats(account, (long) PIECE * kernel.width());
        DeviceMemory centroids = DeviceMemory.floats(account, (long) count * kernel.width());
        DeviceMemory halfSquares = DeviceMemory.floats(account, count);
        DeviceMemory labels = DeviceMemory.ints(account, PIECE)) {
      return new Lloyd(
              (some, theirs, found) -> {
                int k = theirs.length / some.width();
                centroids.upload(
                    padded(theirs, some.width(), 0, some.width(), 0, k, kernel.width()));
                halfSquares.upload(halfSquares(theirs, some.width()));
                for (int from = 0; from < some.size(); from += PIECE) {
                  int n = Math.min(PIECE, some.size() - from);
                  pieces.upload(
                      padded(
                          some.values(),
                          some.stride(),
                          some.from(),
                          some.width(),
                          from,
                          n,
                          kernel.width()));
                  kernel.launch(
                      stream,
                      Grid.covering(n, NearestCentroidKernel.THREADS),
                      n,
                      k,
                      pieces,
                      centroids,
                      halfSquares,
                      labels);
                  stream.synchronize();
                  System.arraycopy(labels.downloadInts(0, n), 0, found, from, n);
                }
              })
          .cluster(points, count, seed);
    }
  }

  /** Rows [n, to], of which the coordinates beyond {@code width} are zero. */
  private static float[] padded(
      float[] values, int stride, int from, int width, int first, int n, int to) {
    float[] rows = new float[n * to];
    for (int i = 0; i < n; i++) {
      System.arraycopy(values, stride * (first + i) + from, rows, to * i, width);
    }
    return rows;
  }

  private static float[] halfSquares(float[] centroids, int width) {
    float[] halves = new float[centroids.length / width];
    for (int k = 0; k < halves.length; k++) {
      double squares = 0;
      for (int d = width * k; d < width * (k + 1); d++) {
        squares += (double) centroids[d] * centroids[d];
      }
      halves[k] = (float) (squares / 2);
    }
    return halves;
  }
}
