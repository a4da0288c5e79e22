package org.splatline.gpu.metric;

import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;

/**
 * The quality of a model on the held-out views.
 *
 * @param exposureFittedPsnrs {@link ExposureFit#psnr} of each view that has one, dB; empty if it
 *     was not measured
 * @param renderFps pictures per second over five passes, without read-back
 */
public record Evaluation(
    List<ViewMetrics> views, List<Double> exposureFittedPsnrs, double renderFps) {
  public Evaluation {
    views = List.copyOf(views);
    exposureFittedPsnrs = List.copyOf(exposureFittedPsnrs);
  }

  /** Unweighted mean over views, dB; NaN without views. */
  public double psnr() {
    return views.stream().mapToDouble(ViewMetrics::psnr).average().orElse(Double.NaN);
  }

  /** Unweighted mean of {@link ExposureFit#psnr}, dB; empty if it was not measured. */
  public OptionalDouble psnrExposureFitted() {
    return exposureFittedPsnrs.stream().mapToDouble(Double::doubleValue).average();
  }

  /** Unweighted mean over views; NaN without views. */
  public double ssim() {
    return views.stream().mapToDouble(ViewMetrics::ssim).average().orElse(Double.NaN);
  }

  /** Unweighted mean over views; empty without views or if it was not measured. */
  public OptionalDouble lpips() {
    return views.stream()
        .map(ViewMetrics::lpips)
        .filter(Objects::nonNull)
        .mapToDouble(Double::doubleValue)
        .average();
  }
}
