package org.splatline.gpu.train;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.splatline.gpu.backend.CounterRandom;
import org.splatline.gpu.backend.DeviceMemoryException;
import org.splatline.gpu.backend.RenderSettings;
import org.splatline.gpu.backend.SplatBackend;
import org.splatline.gpu.backend.SplatModel;
import org.splatline.gpu.backend.StepSettings;
import org.splatline.gpu.backend.Target;
import org.splatline.gpu.backend.TrainingLoad;
import org.splatline.gpu.gaussian.GaussianState;
import org.splatline.gpu.gaussian.InitialGaussians;
import org.splatline.gpu.scene.AreaFilter;
import org.splatline.gpu.scene.Camera;
import org.splatline.gpu.scene.PictureReader;
import org.splatline.gpu.scene.Scene;
import org.splatline.gpu.scene.SceneException;
import org.splatline.gpu.scene.Verdict;
import org.splatline.gpu.scene.View;

/**
 * Trains one scene (Kerbl et al. 2023, algorithm 1): the loop. Within a step: update, opacity
 * reset, densify, reorder, checkpoint.
 */
public final class Trainer {
  private static final Logger LOG = LoggerFactory.getLogger(Trainer.class);

  private final Scene scene;
  private final TrainConfig config;
  private final List<Target> targets;
  private final double extent;
  private final ViewOrder order;

  private Trainer(Scene scene, TrainConfig config) {
    this.scene = scene;
    this.config = config;
    this.targets = readTargets(scene.trainViews(), config.image());
    this.extent = SceneExtent.of(scene.trainViews());
    this.order = new ViewOrder(targets.size(), config.train().seed());
  }

  /**
   * Trains from the newest usable checkpoint, or from the scene's points.
   *
   * @param checkpoints folder checkpoints are written to and resumed from; made when absent
   * @throws SceneException when the scene has too few views, a photograph can't be read, or the
   *     device has too little memory
   */
  public static TrainResult train(
      Scene scene,
      TrainConfig config,
      SplatBackend backend,
      Path checkpoints,
      TrainListener listener) {
    if (scene.trainViews().size() < config.train().minViews()) {
      throw new SceneException(
          Verdict.FEW_IMAGES,
          "Cannot train scene %s: it has %d training views, need %d. Add photographs or lower train.min-views"
              .formatted(scene.id(), scene.trainViews().size(), config.train().minViews()));
    }
    Trainer trainer = new Trainer(scene, config);
    try (Checkpoints saved = new Checkpoints(checkpoints, config.checkpoint())) {
      Optional<Checkpoint> start =
          saved.newest(config.configHash(), SceneFingerprint.of(trainer.scene));
      start.ifPresent(from -> LOG.info("scene {}: resumes after step {}", scene.id(), from.step()));
      GaussianState state =
          start
              .map(Checkpoint::state)
              .orElseGet(
                  () ->
                      GaussianState.of(
                          InitialGaussians.from(scene.points(), config.train().shDegree())));
      int from = start.map(Checkpoint::step).orElse(0);
      try (SplatModel model = backend.load(state, trainer.load(state, from))) {
        return trainer.loop(model, from, saved, listener);
      } catch (DeviceMemoryException e) {
        throw new SceneException(
            Verdict.OUT_OF_MEMORY,
            "Cannot train scene %s: %s".formatted(scene.id(), e.getMessage()),
            e);
      }
    }
  }

  private TrainingLoad load(GaussianState state, int from) {
    boolean grows = from < Math.min(config.train().steps(), config.densify().untilStep());
    return new TrainingLoad(grows ? config.densify().maxGaussians() : state.size(), targets);
  }

  /** Photographs at their reduced size, with cameras to match. */
  private static List<Target> readTargets(List<View> views, ImageConfig image) {
    List<Target> targets = new ArrayList<>();
    for (View view : views) {
      Camera camera = TargetSizes.reduced(view.camera(), image);
      int width = camera.intrinsics().width();
      int height = camera.intrinsics().height();
      targets.add(
          new Target(camera, AreaFilter.reduce(PictureReader.read(view.image()), width, height)));
    }
    return targets;
  }

  private TrainResult loop(
      SplatModel model, int from, Checkpoints checkpoints, TrainListener listener) {
    int steps = config.train().steps();
    DensifyConfig densify = config.densify();
    boolean onWhite = config.image().background() == ImageConfig.Background.WHITE;
    Progress progress = new Progress(model, listener, config.train(), from);
    StoppedBy stoppedBy = StoppedBy.STEPS;
    int phase = -1;
    int step = from;
    while (step < steps) {
      if (listener.isCancelled() || Thread.currentThread().isInterrupted()) {
        stoppedBy = StoppedBy.CANCELLED;
        checkpoints.write(checkpoint(step, model));
        break;
      }
      step++;
      if (config.train().phaseAt(step) != phase) {
        phase = config.train().phaseAt(step);
        model.useTargets(targetsIn(phase));
      }
      model.step(order.at(step), settingsAt(step));
      if (densify.isOpacityResetAt(step, steps, onWhite)) {
        model.resetOpacities((float) densify.opacityResetTo());
      }
      if (densify.isDueAt(step)) {
        model.densify(
            densify.at(step, extent, config.train().seed(), config.train().scaleOf(phase)));
      }
      if (densify.isReorderDueAt(step)) {
        model.reorder();
      }
      if (checkpoints.isDueAt(step)) {
        checkpoints.write(checkpoint(step, model));
      }
      progress.after(step, phase);
    }
    progress.finish(step);
    return new TrainResult(
        model.gaussians(),
        step,
        stoppedBy,
        progress.seconds(),
        model.gaussianStateBytes(),
        model.peakDeviceBytes(),
        progress.curve());
  }

  private List<Target> targetsIn(int phase) {
    double scale = config.train().scaleOf(phase);
    return targets.stream()
        .map(target -> new Target(TargetSizes.inPhase(target.camera(), scale), target.picture()))
        .toList();
  }

  private StepSettings settingsAt(int step) {
    return new StepSettings(
        step,
        renderAt(step),
        (float) config.train().ssimWeight(),
        config.optimizer().at(step, config.train().steps(), extent),
        config.densify().isGatheringAt(step));
  }

  private RenderSettings renderAt(int step) {
    int degree = config.train().shDegreeAt(step);
    long seed = config.train().seed();
    return switch (config.image().background()) {
      case WHITE -> new RenderSettings(degree, 1, 1, 1);
      case BLACK -> new RenderSettings(degree, 0, 0, 0);
      case RANDOM ->
          new RenderSettings(
              degree,
              CounterRandom.uniform(seed, step, -1, 0),
              CounterRandom.uniform(seed, step, -1, 1),
              CounterRandom.uniform(seed, step, -1, 2));
    };
  }

  private Checkpoint checkpoint(int step, SplatModel model) {
    return new Checkpoint(
        step,
        config.train().seed(),
        config.configHash(),
        SceneFingerprint.of(scene),
        model.state());
  }
}
