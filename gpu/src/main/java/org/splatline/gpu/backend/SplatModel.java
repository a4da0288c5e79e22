package org.splatline.gpu.backend;

import java.util.List;
import org.splatline.gpu.gaussian.GaussianState;
import org.splatline.gpu.gaussian.Gaussians;
import org.splatline.gpu.gaussian.TrainingState;
import org.splatline.gpu.picture.FloatImage;
import org.splatline.gpu.scene.Camera;

/**
 * Gaussians on a device, with everything needed to train them. Methods that return host data wait
 * for the device; {@link #step} may return earlier. Not thread-safe; whoever loads it closes it.
 */
public interface SplatModel extends AutoCloseable {

  /** The number of Gaussians, N. */
  int numGaussians();

  /** EWA projection of every Gaussian (Zwicker et al. 2001; Kerbl et al. 2023, section 4). */
  Projection project(Camera camera, RenderSettings settings);

  /** The picture that {@code camera} sees, not clamped to [0, 1]. */
  FloatImage render(Camera camera, RenderSettings settings);

  /**
   * Renders the views and keeps no picture. Returns the seconds that it took, without the time in
   * which memory is allocated.
   */
  double renderSeconds(List<Camera> cameras, RenderSettings settings);

  /**
   * Sets the pictures to train on and replaces earlier ones. An area filter reduces them to the
   * size of their cameras. The model may keep the pictures but does not change them.
   */
  void useTargets(List<Target> targets);

  /** Computes loss and gradients on one target and changes nothing. For tests and tools. */
  LossGradients gradients(int targetIndex, RenderSettings settings, float ssimWeight);

  /**
   * One optimiser step on one target: render, loss, gradients, Adam, and the statistics that {@link
   * #densify} uses.
   */
  void step(int targetIndex, StepSettings settings);

  /**
   * Sets the exposure of each target, which steps with {@link StepSettings#exposureRate} above 0
   * apply and train. They are copied, and stay when targets are replaced.
   */
  void useExposures(Exposures exposures);

  /** A copy of the exposures on the host. */
  Exposures exposures();

  /** Returns loss and PSNR of the steps since the last call, and waits for these steps. */
  StepStatistics drainStatistics();

  /** Lowers every opacity to at most {@code opacity} and clears its moments. */
  void resetOpacities(float opacity);

  /**
   * Grows and prunes Gaussians by the statistics collected since the last call, and by errors if
   * the settings ask for it. Clears the statistics (Kerbl et al. 2023, section 5.2).
   *
   * @throws DeviceMemoryException if the device has no room for it; nothing has changed then
   */
  DensifyResult densify(DensifySettings settings);

  /**
   * Sorts the rows into Morton order of their means ({@link
   * org.splatline.gpu.gaussian.MortonOrder}): neighbours in space become neighbours in memory.
   * Changes nothing else.
   */
  void reorder();

  /**
   * How much each Gaussian matters: the sum, over all targets and the pixels it blends into, of its
   * opacity times the transmittance before it, times a power of its volume, the product of its
   * scales (LightGaussian, Fan et al. 2024, section 3.2). 0 if the result is not finite.
   *
   * @return [N]
   */
  double[] significance(RenderSettings settings, double volumeExponent);

  /**
   * How much each Gaussian adds to pixels that are wrong: see {@link ErrorViews}. {@link #densify}
   * measures the same. For tests and tools.
   *
   * @return [N]
   */
  double[] errorScores(ErrorViews views);

  /** Keeps these rows and removes all others. {@code rows} is in ascending order. */
  void keep(int[] rows);

  /** A copy of everything on the host. */
  GaussianState state();

  /**
   * Everything, to be read in parts, by any thread. It is valid until the model is used again, and
   * nothing else may use the model meanwhile.
   */
  TrainingState trainingState();

  /** A copy of the parameters on the host. */
  Gaussians gaussians();

  /** Bytes of parameters, moments, gradients and statistics, without pictures and view buffers. */
  long gaussianStateBytes();

  /** What {@link #gaussianStateBytes} would be with all numbers in 32 bits. */
  long gaussianStateBytesFp32();

  /** Bytes allocated on the device now, or -1 if the device is the host. */
  long deviceBytes();

  /** Highest number of bytes allocated on the device so far, or -1 if the device is the host. */
  long peakDeviceBytes();

  @Override
  void close();
}
