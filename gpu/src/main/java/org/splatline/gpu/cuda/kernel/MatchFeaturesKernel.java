package org.splatline.gpu.cuda.kernel;

import org.splatline.gpu.cuda.device.CudaModule;
import org.splatline.gpu.cuda.device.DevicePointer;
import org.splatline.gpu.cuda.device.DeviceStream;

/** Finds the match of each feature in another photograph. See match.cu. */
public final class MatchFeaturesKernel extends Kernel {
  private static final int THREADS = 256;
  private static final int ROWS = 256; // descriptors of a task's first photograph per block

  /** The most tasks of a launch. */
  public static final int MOST_TASKS = 65_535;

  public MatchFeaturesKernel(CudaModule module) {
    super(module, "match_features", THREADS);
  }

  /**
   * The grid of a launch.
   *
   * @param mostRows the most descriptors that a task's first photograph has
   */
  public static Grid grid(int mostRows, int tasks) {
    return new Grid(Grid.covering(mostRows, ROWS).x(), tasks, 1);
  }

  public void launch(
      DeviceStream stream,
      Grid grid,
      DevicePointer descriptors,
      DevicePointer tasks,
      DevicePointer places,
      DevicePointer limits,
      DevicePointer matches) {
    with().and(descriptors).and(tasks).and(places).and(limits).and(matches).on(stream, grid);
  }
}
