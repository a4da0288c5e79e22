package org.splatline.gpu.cuda.kernel;

import org.splatline.gpu.backend.Precision;
import org.splatline.gpu.cuda.device.CudaModule;
import org.splatline.gpu.cuda.device.DeviceStream;

/** Writes gradients of the parameters, one visible Gaussian per thread. See update.cu. */
public final class ProjectGradientsKernel extends Kernel {
  public static final int THREADS = 128;

  private ProjectGradientsKernel(CudaModule module, String name) {
    super(module, name, THREADS);
  }

  static ProjectGradientsKernel of(CudaModule module, Precision precision) {
    return switch (precision) {
      case FLOAT -> new ProjectGradientsKernel(module, "project_gradients");
      case MIXED -> new ProjectGradientsKernel(module, "project_gradients_half");
    };
  }

  public void launch(
      DeviceStream stream,
      Grid grid,
      int shDegree,
      CameraArgument camera,
      SplatPointers splats,
      GeometryPointers geometry,
      ShPointers sh,
      StatePointers state,
      GradientPointers gradients) {
    with()
        .and(shDegree)
        .and(camera)
        .and(splats)
        .and(geometry)
        .and(sh)
        .and(state)
        .and(gradients)
        .on(stream, grid);
  }
}
