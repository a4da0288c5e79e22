package org.splatline.gpu.train;

import static org.splatline.gpu.Checks.checkArgument;

import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.splatline.gpu.backend.Precision;
import org.splatline.gpu.config.StepScale;

/**
 * The configuration under {@code train}.
 *
 * @param backend {@code auto}, {@code cpu} or {@code cuda}
 * @param steps of training; {@link TrainingLength} may lower it
 * @param stepsPerView the most steps per training view of a scene; 0 for no such limit
 * @param referenceSteps the number of steps that step-valued keys are written for
 * @param phases in order of their last step
 * @param resolution what the phases are taken from
 * @param interpolation of scales between phases
 * @param interpolateEverySteps steps between updates of an interpolated scale
 * @param finalScale scale after the last phase, in (0, 1]
 * @param dilation of Gaussians in the picture until the last phase ends
 * @param antialiased whether opacity is lowered where dilation makes a Gaussian larger:
 *     Mip-Splatting, Yu et al. 2024, section 4.2
 * @param precision of parameters that are stored on a GPU
 * @param shEverySteps steps between degrees of spherical harmonics, which start at 0
 * @param nearPlane of each view
 * @param sceneExtent what the scene's extent is taken from
 * @param ssimWeight w in the loss (1 - w) L1 + w (1 - SSIM)
 * @param threads of the CPU backend; 0 for all cores
 */
public record ScheduleConfig(
    String backend,
    int steps,
    int stepsPerView,
    int referenceSteps,
    long seed,
    List<Phase> phases,
    Resolution resolution,
    Interpolation interpolation,
    int interpolateEverySteps,
    double finalScale,
    BlurConfig blur,
    Dilation dilation,
    boolean antialiased,
    Precision precision,
    int shDegree,
    int shEverySteps,
    double ssimWeight,
    PlateauConfig plateau,
    MaskConfig masks,
    ExposureConfig exposure,
    NearPlane nearPlane,
    Extent sceneExtent,
    FewViewsConfig fewViews,
    int minViews,
    double minPresentShare,
    int threads,
    Duration progressEvery)
    implements Serializable {

  /** What decides the resolution of each step. */
  public enum Resolution {
    /** The phases as configured. */
    PHASES,
    /** What the training pictures show. The last configured phase says when it ends. */
    SPECTRUM
  }

  /** How the scale changes from phase to phase. */
  public enum Interpolation {
    /** It stays the same within a phase. */
    STEPS,
    /** It rises linearly. */
    LINEAR,
    /** Its logarithm rises linearly. */
    LOGARITHMIC
  }

  /** The value that is added to the diagonal of a Gaussian's 2-D covariance. */
  public enum Dilation {
    /** 0.3 px². */
    FIXED,
    /** max(0.3, H · W / (9 π N)) px² until the last phase ends, so few Gaussians get larger. */
    ADAPTIVE
  }

  /** Camera z up to which Gaussians are not drawn: {@link NearPlanes}. */
  public enum NearPlane {
    /** 0.2 world units in every view. */
    FIXED,
    /** In each view by the points that it shows. */
    POINTS
  }

  /** What the scene's extent is taken from: {@link SceneExtent}. */
  public enum Extent {
    /** The places of the training cameras. */
    CAMERAS,
    /** Also the depths of points, or the cube of random starting points. */
    POINTS
  }

  public ScheduleConfig {
    checkArgument(
        List.of("auto", "cpu", "cuda").contains(backend),
        "Invalid train.backend: %s is not auto, cpu or cuda",
        backend);
    checkArgument(steps >= 0, "Invalid train.steps: %s is negative", steps);
    checkArgument(stepsPerView >= 0, "Invalid train.steps-per-view: %s is negative", stepsPerView);
    checkArgument(
        referenceSteps > 0, "Invalid train.reference-steps: %s is not above 0", referenceSteps);
    checkArgument(
        0 <= shDegree && shDegree <= 3, "Invalid train.sh-degree: %s is not 0 to 3", shDegree);
    checkArgument(
        shEverySteps > 0, "Invalid train.sh-every-steps: %s is not above 0", shEverySteps);
    checkArgument(
        0 <= ssimWeight && ssimWeight <= 1,
        "Invalid train.ssim-weight: %s is not in [0, 1]",
        ssimWeight);
    checkArgument(minViews >= 1, "Invalid train.min-views: %s is not at least 1", minViews);
    checkArgument(
        0 < minPresentShare && minPresentShare <= 1,
        "Invalid train.min-present-share: %s is not in (0, 1]",
        minPresentShare);
    checkArgument(threads >= 0, "Invalid train.threads: %s is negative", threads);
    checkArgument(
        interpolateEverySteps > 0,
        "Invalid train.interpolate-every-steps: %s is not above 0",
        interpolateEverySteps);
    checkArgument(
        0 < finalScale && finalScale <= 1,
        "Invalid train.final-scale: %s is not in (0, 1]",
        finalScale);
    phases = List.copyOf(phases);
    for (int i = 1; i < phases.size(); i++) {
      checkArgument(
          phases.get(i - 1).untilStep() < phases.get(i).untilStep(),
          "Invalid train.phases: until-step %s does not come after %s",
          phases.get(i).untilStep(),
          phases.get(i - 1).untilStep());
    }
  }

  /** The factor of step-valued keys. */
  double stepFactor() {
    return (double) steps / referenceSteps;
  }

  /** Spherical-harmonics degree at a step. */
  public int shDegreeAt(int step) {
    return Math.min(shDegree, step / shEverySteps);
  }

  /** A copy with another number of steps. Other step-valued keys stay. */
  ScheduleConfig withSteps(int newSteps) {
    return with(newSteps, shDegree, ssimWeight);
  }

  /** A copy with another degree of spherical harmonics and another weight of SSIM. */
  ScheduleConfig with(int newShDegree, double newSsimWeight) {
    return with(steps, newShDegree, newSsimWeight);
  }

  private ScheduleConfig with(int newSteps, int newShDegree, double newSsimWeight) {
    return new ScheduleConfig(
        backend,
        newSteps,
        stepsPerView,
        referenceSteps,
        seed,
        phases,
        resolution,
        interpolation,
        interpolateEverySteps,
        finalScale,
        blur,
        dilation,
        antialiased,
        precision,
        newShDegree,
        shEverySteps,
        newSsimWeight,
        plateau,
        masks,
        exposure,
        nearPlane,
        sceneExtent,
        fewViews,
        minViews,
        minPresentShare,
        threads,
        progressEvery);
  }

  /** A copy with all steps scaled from {@code referenceSteps} to {@code steps}. */
  ScheduleConfig scaledToSteps() {
    double factor = stepFactor();
    List<Phase> scaled = new ArrayList<>();
    for (Phase phase : phases) {
      int until = StepScale.scale(phase.untilStep(), factor);
      if (scaled.isEmpty() || until > scaled.get(scaled.size() - 1).untilStep()) {
        scaled.add(new Phase(until, phase.scale()));
      }
    }
    return new ScheduleConfig(
        backend,
        steps,
        stepsPerView,
        Math.max(1, steps),
        seed,
        scaled,
        resolution,
        interpolation,
        StepScale.scale(interpolateEverySteps, factor),
        finalScale,
        blur.scaledBy(factor),
        dilation,
        antialiased,
        precision,
        shDegree,
        StepScale.scale(shEverySteps, factor),
        ssimWeight,
        plateau.scaledBy(factor),
        masks.scaledBy(factor),
        exposure.scaledBy(factor),
        nearPlane,
        sceneExtent,
        fewViews.scaledBy(factor),
        minViews,
        minPresentShare,
        threads,
        progressEvery);
  }
}
