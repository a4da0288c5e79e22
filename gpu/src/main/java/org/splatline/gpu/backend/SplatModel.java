package org.splatline.gpu.backend;

import java.util.List;
import org.splatline.gpu.gaussian.GaussianState;
import org.splatline.gpu.gaussian.Gaussians;
import org.splatline.gpu.picture.FloatImage;
import org.splatline.gpu.scene.Camera;

/**
 * Gaussians on a device, with what it takes to train them. Methods that return host data wait for
 * the device; {@link #step} need not. Not thread-safe; whoever loads it closes it.
 */
public interface SplatModel extends AutoCloseable {

  /** N. */
  int numGaussians();

  /** EWA projection of every Gaussian (Zwicker et al. 2001; Kerbl et al. 2023, section 4). */
  Projection project(Camera camera, RenderSettings settings);

  /** The picture {@code camera} would take, not clamped to [0, 1]. */
  FloatImage render(Camera camera, RenderSettings settings);

  /** Renders one after the other and keeps nothing: for timing. Returns when all are done. */
  void renderOnly(List<Camera> cameras, RenderSettings settings);

  /**
   * The pictures to train on, replacing any before. They are reduced to the size of their cameras
   * with an area filter. Pictures are not changed and may be kept.
   */
  void useTargets(List<Target> targets);

  /** Loss and gradients on one target; changes nothing. For tests and tools. */
  LossGradients gradients(int targetIndex, RenderSettings settings, float ssimWeight);

  /**
   * One optimiser step on one target: render, loss, gradients, Adam, and the statistics {@link
   * #densify} decides by.
   */
  void step(int targetIndex, StepSettings settings);

  /** Loss and PSNR of the steps since the last call; waits for them. */
  StepStatistics drainStatistics();

  /** Lowers every opacity to at most {@code opacity} and clears its moments. */
  void resetOpacities(float opacity);

  /**
   * Clones, splits and prunes by the statistics gathered since the last call, and clears them
   * (Kerbl et al. 2023, section 5.2).
   */
  DensifyResult densify(DensifySettings settings);

  /**
   * Puts the rows in Morton order of their means ({@link org.splatline.gpu.gaussian.MortonOrder}):
   * neighbours in space become neighbours in memory. Changes nothing else.
   */
  void reorder();

  /**
   * How much each Gaussian matters: the sum, over all targets and the pixels it blends into, of its
   * opacity times the transmittance before it, times a power of its volume, the product of its
   * scales (LightGaussian, Fan et al. 2024, section 3.2). 0 where that isn't finite.
   *
   * @return [N]
   */
  double[] significance(RenderSettings settings, double volumeExponent);

  /** Keeps these rows, in ascending order, and no others. */
  void keep(int[] rows);

  /** A copy of everything on the host. */
  GaussianState state();

  /** A copy of the parameters on the host. */
  Gaussians gaussians();

  /** Bytes of parameters, moments, gradients and statistics, pictures and view buffers apart. */
  long gaussianStateBytes();

  /** What {@link #gaussianStateBytes} would be with all of it in 32 bits. */
  long gaussianStateBytesFp32();

  /** Bytes held on the device now, or -1 where the device is the host. */
  long deviceBytes();

  /** Highest number of bytes held on the device so far, or -1 where the device is the host. */
  long peakDeviceBytes();

  @Override
  void close();
}
