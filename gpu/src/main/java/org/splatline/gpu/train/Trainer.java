package org.splatline.gpu.train;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.splatline.gpu.backend.Accumulation;
import org.splatline.gpu.backend.Blur;
import org.splatline.gpu.backend.CounterRandom;
import org.splatline.gpu.backend.DeviceMemoryException;
import org.splatline.gpu.backend.FarLimits;
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
 * Trains one scene: Kerbl et al. 2023, algorithm 1. The order within a step is: update, removal of
 * what one view shows (of few), opacity reset, densify, reorder, prune, checkpoint.
 */
public final class Trainer {
  private static final Logger LOG = LoggerFactory.getLogger(Trainer.class);

  private final Scene scene;
  private final TrainConfig config;
  private final List<Target> targets;
  private final String fingerprint;
  private final double extent;
  private final FarLimits far;
  private final FewViews fewViews;
  private final ViewOrder order;
  private final ResolutionSchedule resolution;
  private final Ending ending;
  private int maxGaussians;
  private int firstPruneGaussians; // how many there were right before the first prune
  private int phase = -1; // of the targets in use
  private List<Camera> cameras = List.of(); // of the targets in use

  private Trainer(PreparedScene prepared, TrainConfig config) {
    this.scene = prepared.scene();
    this.config = config;
    this.targets = prepared.targets();
    this.fingerprint = SceneFingerprint.of(scene, targets);
    this.extent = SceneExtent.of(scene, config.train());
    this.far =
        config.densify().largerFarAway()
            ? SceneExtent.farLimits(scene.trainViews(), extent)
            : FarLimits.NONE;
    this.fewViews = new FewViews(scene, config);
    this.order = new ViewOrder(targets.size(), config.train().seed());
    this.resolution = ResolutionSchedule.of(config.train());
    this.ending = Ending.of(config, targets.size());
  }

  /**
   * Trains from the newest usable checkpoint, or from the scene's points.
   *
   * @param checkpoints folder for checkpoints: training resumes from one and writes more; created
   *     if it does not exist
   * @throws SceneException if the scene has too few views, a photograph can't be read, or the
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

  /** The same, for a scene that has been prepared. */
  public static TrainResult train(
      PreparedScene prepared,
      TrainConfig config,
      SplatBackend backend,
      Path checkpoints,
      TrainListener listener) {
    Scene scene = prepared.scene();
    requireViews(scene, config);
    Trainer trainer = new Trainer(prepared, config);
    try (CheckpointFolder saved =
        new CheckpointFolder(checkpoints, config.checkpoint(), listener)) {
      Optional<Checkpoint> resumed = saved.newest(config.configHash(), trainer.fingerprint);
      resumed.ifPresent(
          from -> {
            LOG.info("scene {}: resumes after step {}", scene.id(), from.step());
            listener.onResume(from.step());
          });
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

  /** What training starts from. */
  private record Start(int step, ScheduleState schedule, GaussianState state) {
    static Start of(Checkpoint checkpoint) {
      return new Start(checkpoint.step(), checkpoint.schedule(), checkpoint.state());
    }
  }

  private Start fromPoints() {
    Gaussians points = InitialGaussians.from(scene.points(), fewViews.shDegree());
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
        mostGaussians,
        config.train().precision(),
        targets,
        config.train().masks().isOn(),
        config.optimizer().accumulate().isOn());
  }

  private TrainResult loop(
      SplatModel model, Start start, CheckpointFolder checkpoints, TrainListener listener) {
    firstPruneGaussians = start.schedule().firstPruneGaussians();
    PlateauRule plateau =
        new PlateauRule(config.train().plateau(), targets.size(), start.schedule().plateau());
    TrainingCurve curve =
        new TrainingCurve(model, listener, config.train(), resolution, start.step());
    StepEvents events = new StepEvents(model::drainStatistics, plateau, curve);
    int step = start.step();
    boolean summing = false; // whether gradients wait in the sums: no checkpoint holds them
    boolean wanted = false; // a checkpoint
    Optional<StoppedBy> stopped = ending.at(step, plateau);
    while (stopped.isEmpty()) {
      if (!summing && (listener.isCancelled() || Thread.currentThread().isInterrupted())) {
        stopped = Optional.of(StoppedBy.CANCELLED);
        events.deliver();
        checkpoints.write(checkpoint(step, model, plateau));
        break;
      }
      step++;
      StepEvent event = trainStep(model, step);
      events.add(event);
      if (event.breaksComparison() || ending.looksAt(step)) {
        events.deliver();
      }
      summing = !accumulationAt(step).endsEmpty();
      wanted |= listener.wantsCheckpoint() || checkpoints.isDueAt(step);
      if (wanted && !summing) {
        wanted = false;
        events.deliver();
        checkpoints.write(checkpoint(step, model, plateau));
      }
      if (curve.isReportDueAt(step)) {
        events.deliver();
        curve.report(step);
      }
      stopped = summing ? Optional.empty() : ending.at(step, plateau);
    }
    events.deliver();
    curve.finish(step);
    return new TrainResult(
        trained(model),
        step,
        start.step(),
        stopped.get(),
        curve.seconds(),
        model.gaussianStateBytes(),
        model.gaussianStateBytesFp32(),
        model.peakDeviceBytes(),
        maxGaussians,
        curve.points());
  }

  private StepEvent trainStep(SplatModel model, int step) {
    useTargets(model, step);
    model.step(order.at(step), settingsAt(step, model.numGaussians()));
    boolean lonelyPruned = fewViews.prune(model, step, renderAt(step)); // a reset hides many
    boolean reset = resetOpacities(model, step);
    densify(model, step);
    pruneMasked(model, step);
    boolean pruned = prune(model, step);
    return new StepEvent(step, phase, hasNewPictures(step), reset || pruned || lonelyPruned);
  }

  private boolean hasNewPictures(int step) {
    BlurConfig blur = config.train().blur();
    return resolution.phaseAt(step) != resolution.phaseAt(step - 1)
        || (blur.isOn() && step == blur.untilStep() + 1);
  }

  private boolean resetOpacities(SplatModel model, int step) {
    boolean isDue = isOpacityResetAt(step);
    if (isDue) {
      model.resetOpacities((float) config.densify().opacityResetTo());
    }
    return isDue;
  }

  private boolean isOpacityResetAt(int step) {
    boolean onWhite = config.image().background() == ImageConfig.Background.WHITE;
    return config.densify().isOpacityResetAt(step, config.train().steps(), onWhite);
  }

  private void densify(SplatModel model, int step) {
    DensifyConfig densify = config.densify();
    if (densify.isDueAt(step)) {
      model.densify(
          densify
              .at(step, extent, config.train().seed(), resolution.scaleOf(phase))
              .withFar(far)
              .withMaxGaussians(maxGaussians));
    }
    if (densify.isReorderDueAt(step)) {
      model.reorder();
    }
  }

  private boolean prune(SplatModel model, int step) {
    PruneConfig prune = config.prune();
    if (!prune.isDueAt(step)) {
      return false;
    }
    int before = model.numGaussians();
    if (prune.isFirst(step)) {
      firstPruneGaussians = before;
    }
    int kept = prune.kept(step, before, firstPruneGaussians);
    if (kept < before) {
      double[] significance = model.significance(renderAt(step), prune.volumeExponent());
      model.keep(SignificancePruner.rows(significance, kept));
    }
    LOG.info("scene {}: step {} prunes {} Gaussians to {}", scene.id(), step, before, kept);
    return true;
  }

  /** Removes Gaussians that are masked. It changes no picture. */
  private void pruneMasked(SplatModel model, int step) {
    MaskConfig masks = config.train().masks();
    if (!masks.isPruneDueAt(step)) {
      return;
    }
    int before = model.numGaussians();
    int[] shown = LearnedMasks.shown(model.gaussians(), masks.settings().logitLimit());
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

  /** Gives the model the pictures of this step's phase. */
  private void useTargets(SplatModel model, int step) {
    if (resolution.phaseAt(step) == phase) {
      return;
    }
    phase = resolution.phaseAt(step);
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
        renderAt(step)
            .withDilation(dilation(step, numGaussians))
            .withDropout(fewViews.dropoutAt(step)),
        blurAt(step),
        (float) config.train().ssimWeight(),
        config.optimizer().at(step, config.train().steps(), extent),
        config.densify().isGatheringAt(step),
        config.train().masks().settings(),
        accumulationAt(step));
  }

  private Accumulation accumulationAt(int step) {
    AccumulateConfig accumulate = config.optimizer().accumulate();
    return accumulate.isOn() ? accumulate.at(step, this::needsEmptySums) : Accumulation.NONE;
  }

  /** Whether this step changes the rows of the model, may write a checkpoint or may be the last. */
  private boolean needsEmptySums(int step) {
    return config.densify().isDueAt(step)
        || config.prune().isDueAt(step)
        || config.train().masks().isPruneDueAt(step)
        || fewViews.isPruneDueAt(step)
        || isOpacityResetAt(step)
        || step % config.checkpoint().everySteps() == 0
        || step >= config.train().steps();
  }

  private Blur blurAt(int step) {
    BlurConfig blur = config.train().blur();
    double sigma = blur.sigmaAt(step);
    return sigma == 0 ? Blur.NONE : new Blur(blur.kernel() / 2, (float) sigma);
  }

  /** As large as N Gaussians need to cover the picture: Trick-GS, Armagan et al. 2025. */
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
    int degree = fewViews.shDegreeAt(step);
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

  private Checkpoint checkpoint(int step, SplatModel model, PlateauRule plateau) {
    return new Checkpoint(
        step,
        config.train().seed(),
        config.configHash(),
        fingerprint,
        new ScheduleState(firstPruneGaussians, plateau.state()),
        model.state());
  }
}
