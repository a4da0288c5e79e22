package org.splatline.gpu.cuda.kernel;

import org.splatline.gpu.backend.Precision;
import org.splatline.gpu.cuda.device.CudaModule;
import org.splatline.gpu.cuda.device.DevicePointer;
import org.splatline.gpu.cuda.device.DeviceStream;

/** Projects Gaussians, one per thread. See project.cu. */
public final class ProjectKernel extends Kernel {
  public static final int THREADS = 128;

  private ProjectKernel(CudaModule module, String name) {
    super(module, name, THREADS);
  }

  static ProjectKernel of(CudaModule module, Precision precision) {
    return switch (precision) {
      case FLOAT -> new ProjectKernel(module, "project");
      case MIXED -> new ProjectKernel(module, "project_half");
    };
  }

  public void launch(
      DeviceStream stream,
      Grid grid,
      int numGaussians,
      int shDegree,
      CameraArgument camera,
      GeometryPointers geometry,
      ShPointers sh,
      SplatPointers splats,
      DepthPointers depths,
      DevicePointer chain,
      StatePointers state) {
    with()
        .and(numGaussians)
        .and(shDegree)
        .and(camera)
        .and(geometry)
        .and(sh)
        .and(splats)
        .and(depths)
        .and(chain)
        .and(state)
        .on(stream, grid);
  }
}
