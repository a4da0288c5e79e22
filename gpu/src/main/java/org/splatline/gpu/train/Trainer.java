package org.splatline.gpu.train;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.splatline.gpu.backend.Blur;
import org.splatline.gpu.backend.CounterRandom;
import org.splatline.gpu.backend.DeviceMemoryException;
import org.splatline.gpu.backend.RenderSettings;
import org.splatline.gpu.backend.SplatBackend;
import org.splatline.gpu.backend.SplatConstants;
import org.splatline.gpu.backend.SplatModel;
import org.splatline.gpu.backend.StepSettings;
import org.splatline.gpu.backend.Target;
import org.splatline.gpu.backend.TrainingLoad;
import org.splatline.gpu.gaussian.GaussianState;
import org.splatline.gpu.gaussian.Gaussians;
import org.splatline.gpu.gaussian.InitialGaussians;
import org.splatline.gpu.gaussian.LearnedMasks;
import org.splatline.gpu.scene.Camera;
import org.splatline.gpu.scene.Intrinsics;
import org.splatline.gpu.scene.Scene;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;

/**
 * Trains one scene (Kerbl et al. 2023, algorithm 1): the loop. Within a step: update, opacity
 * reset, densify, reorder, prune, checkpoint.
 */
public final class Trainer {
  private static final Logger LOG = LoggerFactory.getLogger(Trainer.class);

  private final Scene scene;
  private final TrainConfig config;
  private final List<Target> targets;
  private final String fingerprint;
  private final double extent;
  private final ViewOrder order;
  private final ResolutionSchedule resolution;
  private final Ending ending;
  private int maxGaussians;
  private List<Camera> cameras = List.of(); // of the targets at the present resolution

  private Trainer(PreparedScene prepared, TrainConfig config) {
    this.scene = prepared.scene();
    this.config = config;
    this.targets = prepared.targets();
    this.fingerprint = SceneFingerprint.of(scene, targets);
    this.extent = SceneExtent.of(scene.trainViews());
    this.order = new ViewOrder(targets.size(), config.train().seed());
    this.resolution = ResolutionSchedule.of(config.train());
    this.ending = Ending.of(config, targets.size());
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
    requireViews(scene, config);
    return train(PreparedScene.of(scene, config), config, backend, checkpoints, listener);
  }

  private static void requireViews(Scene scene, TrainConfig config) {
    SceneTraining.requireViews(scene, config.train().minViews());
  }

  /** The same, of a scene made ready before. */
  public static TrainResult train(
      PreparedScene prepared,
      TrainConfig config,
      SplatBackend backend,
      Path checkpoints,
      TrainListener listener) {
    Scene scene = prepared.scene();
    requireViews(scene, config);
    Trainer trainer = new Trainer(prepared, config);
    try (Checkpoints saved = new Checkpoints(checkpoints, config.checkpoint(), listener)) {
      Optional<Checkpoint> resumed = saved.newest(config.configHash(), trainer.fingerprint);
      resumed.ifPresent(
          from -> LOG.info("scene {}: resumes after step {}", scene.id(), from.step()));
      Start start = resumed.map(Start::of).orElseGet(trainer::fromPoints);
      trainer.maxGaussians = trainer.maxGaussians(backend, start);
      try (SplatModel model = backend.load(start.state(), trainer.load(start))) {
        return trainer.loop(model, start, saved, listener);
      } catch (DeviceMemoryException e) {
        throw new SceneException(
            Verdict.OUT_OF_MEMORY,
            "Cannot train scene %s: %s".formatted(scene.id(), e.getMessage()),
            e);
      }
    }
  }

  /** What training begins with. */
  private record Start(int step, ScheduleState schedule, GaussianState state) {
    static Start of(Checkpoint checkpoint) {
      return new Start(checkpoint.step(), checkpoint.schedule(), checkpoint.state());
    }
  }

  private Start fromPoints() {
    Gaussians points = InitialGaussians.from(scene.points(), config.train().shDegree());
    return new Start(
        0,
        ScheduleState.START,
        GaussianState.of(
            config.train().masks().isOn() ? points.withMasks(LearnedMasks.START_LOGIT) : points));
  }

  private int maxGaussians(SplatBackend backend, Start start) {
    return backend.maxGaussians(start.state().size(), load(config.densify().maxGaussians()));
  }

  private TrainingLoad load(Start start) {
    boolean grows =
        start.step() < Math.min(config.train().steps(), config.densify().growsUntilStep());
    return load(grows ? maxGaussians : start.state().size());
  }

  private TrainingLoad load(int mostGaussians) {
    return new TrainingLoad(
        mostGaussians, config.train().precision(), targets, config.train().masks().isOn());
  }

  private TrainResult loop(
      SplatModel model, Start start, Checkpoints checkpoints, TrainListener listener) {
    PlateauRule plateau =
        new PlateauRule(config.train().plateau(), targets.size(), start.schedule().plateau());
    int firstPruneGaussians = start.schedule().firstPruneGaussians();
    Progress progress =
        new Progress(model, listener, config.train(), resolution, plateau, start.step());
    Optional<StoppedBy> stopped = ending.at(start.step(), plateau);
    int phase = -1;
    int step = start.step();
    while (stopped.isEmpty()) {
      if (listener.isCancelled() || Thread.currentThread().isInterrupted()) {
        stopped = Optional.of(StoppedBy.CANCELLED);
        progress.collect();
        checkpoints.write(checkpoint(step, model, firstPruneGaussians, plateau));
        break;
      }
      step++;
      boolean changed = false;
      if (resolution.phaseAt(step) != phase) {
        phase = resolution.phaseAt(step);
        useTargets(model, phase);
        if (resolution.phaseAt(step - 1) != phase) {
          progress.collect();
          plateau.restart(step - 1);
        }
      }
      if (step == config.train().blur().untilStep() + 1 && config.train().blur().isOn()) {
        progress.collect();
        plateau.restart(step - 1);
      }
      model.step(order.at(step), settingsAt(step, model.numGaussians()));
      if (resetsOpacitiesAt(step)) {
        model.resetOpacities((float) config.densify().opacityResetTo());
        changed = true;
      }
      densify(model, step, phase);
      if (config.train().masks().isPruneDueAt(step)) {
        pruneMasked(model, step);
      }
      if (config.prune().isDueAt(step)) {
        firstPruneGaussians =
            config.prune().isFirst(step) ? model.numGaussians() : firstPruneGaussians;
        prune(model, step, firstPruneGaussians);
        changed = true;
      }
      if (changed || ending.looksAt(step)) {
        progress.collect();
      }
      if (changed) {
        plateau.restart(step);
      }
      if (listener.wantsCheckpoint() || checkpoints.isDueAt(step)) {
        progress.collect();
        checkpoints.write(checkpoint(step, model, firstPruneGaussians, plateau));
      }
      progress.after(step, phase);
      stopped = ending.at(step, plateau);
    }
    progress.finish(step);
    return new TrainResult(
        trained(model),
        step,
        start.step(),
        stopped.get(),
        progress.seconds(),
        model.gaussianStateBytes(),
        model.gaussianStateBytesFp32(),
        model.peakDeviceBytes(),
        maxGaussians,
        progress.curve());
  }

  private boolean resetsOpacitiesAt(int step) {
    boolean onWhite = config.image().background() == ImageConfig.Background.WHITE;
    return config.densify().isOpacityResetAt(step, config.train().steps(), onWhite);
  }

  private void densify(SplatModel model, int step, int phase) {
    DensifyConfig densify = config.densify();
    if (densify.isDueAt(step)) {
      model.densify(
          densify
              .at(step, extent, config.train().seed(), resolution.scaleOf(phase))
              .withMaxGaussians(maxGaussians));
    }
    if (densify.isReorderDueAt(step)) {
      model.reorder();
    }
  }

  private void prune(SplatModel model, int step, int firstPruneGaussians) {
    int before = model.numGaussians();
    int kept = config.prune().kept(step, before, firstPruneGaussians);
    if (kept < before) {
      double[] significance = model.significance(renderAt(step), config.prune().volumeExponent());
      model.keep(SignificancePruner.rows(significance, kept));
    }
    LOG.info("scene {}: step {} prunes {} Gaussians to {}", scene.id(), step, before, kept);
  }

  /** No picture changes by it. */
  private void pruneMasked(SplatModel model, int step) {
    int before = model.numGaussians();
    int[] shown =
        LearnedMasks.shown(model.gaussians(), config.train().masks().settings().logitLimit());
    if (shown.length < before) {
      model.keep(shown);
      LOG.info(
          "scene {}: step {} removes {} masked of {} Gaussians",
          scene.id(),
          step,
          before - shown.length,
          before);
    }
  }

  private Gaussians trained(SplatModel model) {
    MaskConfig masks = config.train().masks();
    return masks.isOn()
        ? LearnedMasks.applied(model.gaussians(), masks.settings().logitLimit())
        : model.gaussians();
  }

  private void useTargets(SplatModel model, int phase) {
    double scale = resolution.scaleOf(phase);
    cameras = targets.stream().map(target -> TargetSizes.inPhase(target.camera(), scale)).toList();
    List<Target> scaled = new ArrayList<>();
    for (int i = 0; i < targets.size(); i++) {
      scaled.add(new Target(cameras.get(i), targets.get(i).picture()));
    }
    model.useTargets(scaled);
  }

  private StepSettings settingsAt(int step, int numGaussians) {
    return new StepSettings(
        step,
        renderAt(step).withDilation(dilation(step, numGaussians)),
        blurAt(step),
        (float) config.train().ssimWeight(),
        config.optimizer().at(step, config.train().steps(), extent),
        config.densify().isGatheringAt(step),
        config.train().masks().settings());
  }

  private Blur blurAt(int step) {
    BlurConfig blur = config.train().blur();
    double sigma = blur.sigmaAt(step);
    return sigma == 0 ? Blur.NONE : new Blur(blur.kernel() / 2, (float) sigma);
  }

  /** Trick-GS, Armagan et al. 2025: so large that N Gaussians cover the picture. */
  private float dilation(int step, int numGaussians) {
    if (config.train().dilation() == ScheduleConfig.Dilation.FIXED
        || step > resolution.untilStep()) {
      return SplatConstants.COV2D_DILATION;
    }
    Intrinsics size = cameras.get(order.at(step)).intrinsics();
    double share = (double) size.width() * size.height() / (9 * Math.PI * numGaussians);
    return (float) Math.max(SplatConstants.COV2D_DILATION, share);
  }

  private RenderSettings renderAt(int step) {
    int degree = config.train().shDegreeAt(step);
    long seed = config.train().seed();
    RenderSettings settings =
        switch (config.image().background()) {
          case WHITE -> new RenderSettings(degree, 1, 1, 1);
          case BLACK -> new RenderSettings(degree, 0, 0, 0);
          case RANDOM ->
              new RenderSettings(
                  degree,
                  CounterRandom.uniform(seed, step, -1, 0),
                  CounterRandom.uniform(seed, step, -1, 1),
                  CounterRandom.uniform(seed, step, -1, 2));
        };
    return settings.withAntialiased(config.train().antialiased());
  }

  private Checkpoint checkpoint(
      int step, SplatModel model, int firstPruneGaussians, PlateauRule plateau) {
    return new Checkpoint(
        step,
        config.train().seed(),
        config.configHash(),
        fingerprint,
        new ScheduleState(firstPruneGaussians, plateau.state()),
        model.state());
  }
}
