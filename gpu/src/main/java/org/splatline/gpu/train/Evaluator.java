package org.splatline.gpu.train;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalDouble;
import org.splatline.gpu.backend.RenderSettings;
import org.splatline.gpu.backend.SplatBackend;
import org.splatline.gpu.backend.SplatModel;
import org.splatline.gpu.gaussian.Gaussians;
import org.splatline.gpu.gaussian.TrainingState;
import org.splatline.gpu.metric.Evaluation;
import org.splatline.gpu.metric.ExposureFit;
import org.splatline.gpu.metric.Lpips;
import org.splatline.gpu.metric.Psnr;
import org.splatline.gpu.metric.Ssim;
import org.splatline.gpu.metric.ViewMetrics;
import org.splatline.gpu.picture.FloatImage;
import org.splatline.gpu.picture.Picture;
import org.splatline.gpu.scene.Camera;
import org.splatline.gpu.scene.Scene;
import org.splatline.gpu.scene.View;
import org.splatline.gpu.verdict.SceneException;

/** Scores a model on the held-out views, at the size of {@code image.reduce}. */
public final class Evaluator {
  private static final int TIMED_PASSES = 5;

  private Evaluator() {}

  /** Receives each held-out view. It may keep the images. */
  public interface ViewListener {
    void onView(String view, FloatImage rendered, FloatImage reference);
  }

  /**
   * Throws {@link SceneException} if something that {@code quality} asks for can't be measured on
   * this machine. Called before training, so that no training is wasted.
   */
  public static void check(QualityConfig quality) {
    if (quality.measuresLpips()) {
      openLpips(quality).close();
    }
  }

  /**
   * Scores a model. Renders are clamped to [0, 1] and not rounded to 8 bits. A random background is
   * black here. Ignored pixels count as equal to the render, and PSNR leaves them out.
   */
  public static Evaluation evaluate(
      SplatBackend backend, Gaussians gaussians, Scene scene, TrainConfig config) {
    return evaluate(backend, gaussians, scene, config, (view, rendered, reference) -> {});
  }

  /** Scores a model and passes each view to {@code listener}. */
  public static Evaluation evaluate(
      SplatBackend backend,
      Gaussians gaussians,
      Scene scene,
      TrainConfig config,
      ViewListener listener) {
    PictureLimit.check(scene, config.image());
    RenderSettings settings = settings(gaussians, config);
    QualityConfig quality = config.quality();
    try (SplatModel model = backend.load(TrainingState.of(gaussians));
        Lpips lpips = quality.measuresLpips() ? openLpips(quality) : null) {
      List<ViewMetrics> views = new ArrayList<>();
      List<Double> exposureFitted = new ArrayList<>();
      List<View> held = NearPlanes.in(scene, config.train()).testViews();
      for (View view : held) {
        Compared compared = compare(model, view, settings, config.image());
        views.add(score(compared, lpips, view.name()));
        if (config.train().exposure().enabled()) {
          compared.exposureFittedPsnr().ifPresent(exposureFitted::add);
        }
        listener.onView(view.name(), compared.rendered(), compared.reference());
      }
      return new Evaluation(views, exposureFitted, framesPerSecond(model, held, settings, config));
    }
  }

  /** PSNR and SSIM of a model, means over the held-out views. */
  record Fidelity(double psnr, double ssim) {}

  /** The PSNR and SSIM that {@link #evaluate} finds, in less time. */
  static Fidelity fidelity(
      SplatBackend backend, Gaussians gaussians, Scene scene, TrainConfig config) {
    List<ViewMetrics> views = new ArrayList<>();
    try (SplatModel model = backend.load(TrainingState.of(gaussians))) {
      for (View view : NearPlanes.in(scene, config.train()).testViews()) {
        Compared compared = compare(model, view, settings(gaussians, config), config.image());
        views.add(score(compared, null, view.name()));
      }
    }
    Evaluation evaluation = new Evaluation(views, List.of(), 0);
    return new Fidelity(evaluation.psnr(), evaluation.ssim());
  }

  /** How a model is rendered. A random background is black here. */
  public static RenderSettings settings(Gaussians gaussians, TrainConfig config) {
    float level = config.image().background() == ImageConfig.Background.WHITE ? 1 : 0;
    return new RenderSettings(gaussians.shDegree(), level, level, level)
        .withAntialiased(config.train().antialiased());
  }

  private static Lpips openLpips(QualityConfig quality) {
    return Lpips.open(Path.of(quality.lpipsModel()), quality.lpipsConvention());
  }

  /** A held-out view: as rendered, and its photograph. */
  private record Compared(FloatImage rendered, FloatImage reference, Picture picture) {
    OptionalDouble exposureFittedPsnr() {
      return ExposureFit.psnr(rendered, reference, picture);
    }
  }

  private static Compared compare(
      SplatModel model, View view, RenderSettings settings, ImageConfig image) {
    Camera camera = TargetSizes.reduced(view.camera(), image);
    int width = camera.intrinsics().width();
    int height = camera.intrinsics().height();
    FloatImage rendered = clamped(model.render(camera, settings));
    Picture picture = TargetSizes.reducedPicture(view, image);
    FloatImage reference = new FloatImage(width, height);
    picture.composeOver(settings.red(), settings.green(), settings.blue(), reference.rgb());
    picture.copyIgnored(rendered.rgb(), reference.rgb());
    return new Compared(rendered, reference, picture);
  }

  private static ViewMetrics score(Compared compared, Lpips lpips, String view) {
    FloatImage rendered = compared.rendered();
    FloatImage reference = compared.reference();
    return new ViewMetrics(
        view,
        Psnr.of(rendered, reference, compared.picture().counted()),
        Ssim.of(rendered, reference),
        lpips == null ? null : lpips.of(rendered, reference),
        rendered.width(),
        rendered.height());
  }

  private static FloatImage clamped(FloatImage image) {
    float[] rgb = image.rgb();
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = Math.max(0, Math.min(1, rgb[i]));
    }
    return image;
  }

  private static double framesPerSecond(
      SplatModel model, List<View> views, RenderSettings settings, TrainConfig config) {
    List<Camera> cameras =
        views.stream().map(view -> TargetSizes.reduced(view.camera(), config.image())).toList();
    List<Camera> passes =
        Collections.nCopies(TIMED_PASSES, cameras).stream().flatMap(List::stream).toList();
    return passes.size() / model.renderSeconds(passes, settings);
  }
}
