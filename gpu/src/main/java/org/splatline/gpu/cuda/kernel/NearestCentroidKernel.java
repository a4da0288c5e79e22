package org.splatline.gpu.cuda.kernel;

import static org.splatline.gpu.Checks.checkArgument;

import org.splatline.gpu.cuda.device.CudaModule;
import org.splatline.gpu.cuda.device.DevicePointer;
import org.splatline.gpu.cuda.device.DeviceStream;

/** Finds the nearest centroid of each point. See kmeans.cu. */
public final class NearestCentroidKernel extends Kernel {
  public static final int THREADS = 128;

  private final int width;

  private NearestCentroidKernel(CudaModule module, String name, int width) {
    super(module, name, THREADS);
    this.width = width;
  }

  /** For points of up to 48 coordinates. */
  public static NearestCentroidKernel of(CudaModule module, int coordinates) {
    checkArgument(coordinates <= 48, "Invalid number of coordinates: %s", coordinates);
    if (coordinates <= 12) {
      return new NearestCentroidKernel(module, "nearest_centroid_12", 12);
    }
    return coordinates <= 24
        ? new NearestCentroidKernel(module, "nearest_centroid_24", 24)
        : new NearestCentroidKernel(module, "nearest_centroid_48", 48);
  }

  /** The coordinates that rows of points and centroids have; zeros fill them up. */
  public int width() {
    return width;
  }

  public void launch(
      DeviceStream stream,
      Grid grid,
      int numPoints,
      int numCentroids,
      DevicePointer points,
      DevicePointer centroids,
      DevicePointer halfSquares,
      DevicePointer labels) {
    with()
        .and(numPoints)
        .and(numCentroids)
        .and(points)
        .and(centroids)
        .and(halfSquares)
        .and(labels)
        .on(stream, grid);
  }
}
