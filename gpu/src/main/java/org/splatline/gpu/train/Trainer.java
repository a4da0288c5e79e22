package org.splatline.gpu.train;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.splatline.gpu.backend.Accumulation;
import org.splatline.gpu.backend.Blur;
import org.splatline.gpu.backend.DeviceMemoryException;
import org.splatline.gpu.backend.Exposures;
import org.splatline.gpu.backend.FarLimits;
import org.splatline.gpu.backend.RenderSettings;
import org.splatline.gpu.backend.SplatBackend;
import org.splatline.gpu.backend.SplatConstants;
import org.splatline.gpu.backend.SplatModel;
import org.splatline.gpu.backend.StepSettings;
import org.splatline.gpu.backend.Target;
import org.splatline.gpu.backend.TrainingLoad;
import org.splatline.gpu.gaussian.Gaussians;
import org.splatline.gpu.gaussian.InitialGaussians;
import org.splatline.gpu.gaussian.LearnedMasks;
import org.splatline.gpu.gaussian.TrainingState;
import org.splatline.gpu.scene.Intrinsics;
import org.splatline.gpu.scene.Scene;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;

/**
 * Trains one scene: Kerbl et al. 2023, algorithm 1. The order within a step is: update, opacity
 * reset, densify, reorder, prune, checkpoint.
 */
public final class Trainer {
  /**
   * Part of a training's content key and of its checkpoints. It is raised when the same scene and
   * configuration give another model; CPU, kernels and all they use count.
   */
  public static final int VERSION = 2;

  private static final Logger LOG = LoggerFactory.getLogger(Trainer.class);

  private final Scene scene;
  private final TrainConfig config;
  private final List<Target> targets;
  private final String fingerprint;
  private final double extent;
  private final FarLimits far;
  private final ResolutionSchedule resolution;
  private int startStep;
  private ScheduleState startSchedule = ScheduleState.START;
  private Ending ending; // from where training starts
  private ViewOrder order; // of the views in use
  private final GaussianBudget budget;
  private final PruneConfig prune;
  private int maxGaussians;
  private String growthEnd = ""; // why growth ended early; empty: it did not
  private int firstPruneGaussians; // how many there were right before the first prune
  private int phase = -1; // of the targets in use
  private List<Target> scaled = List.of(); // the targets in use

  private Trainer(PreparedScene prepared, TrainConfig given) {
    this.scene = prepared.scene();
    this.config = TrainingLength.configFor(scene, FewViews.configFor(scene, given));
    this.targets = prepared.targets();
    this.fingerprint = SceneFingerprint.of(scene, targets);
    this.extent = SceneExtent.of(scene, config.train());
    this.far =
        config.densify().largerFarAway()
            ? SceneExtent.farLimits(scene.trainViews(), extent)
            : FarLimits.NONE;
    this.resolution = ResolutionSchedule.of(config, targets);
    this.budget = GaussianBudget.of(config.densify().budget(), scene, targets);
    this.prune = config.prune().within(budget.gaussians());
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
    try (PreparedScene prepared = PreparedScene.of(scene, config, checkpoints)) {
      return train(prepared, config, backend, checkpoints, listener);
    }
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
        new CheckpointFolder(checkpoints, trainer.config.checkpoint(), listener)) {
      trainer.logResolution();
      try (SplatModel model = trainer.open(backend, saved, listener)) {
        return trainer.loop(model, saved, listener);
      } catch (DeviceMemoryException e) {
        throw new SceneException(
            Verdict.OUT_OF_MEMORY,
            "Cannot train scene %s: %s".formatted(scene.id(), e.getMessage()),
            e);
      }
    }
  }

  /** Nothing but the model holds the state after this. */
  private SplatModel open(SplatBackend backend, CheckpointFolder saved, TrainListener listener) {
    Optional<Checkpoint> resumed = saved.newest(config.trainingHash(), fingerprint);
    resumed.ifPresent(
        from -> {
          LOG.info("scene {}: resumes after step {}", scene.id(), from.step());
          listener.onResume(from.step());
        });
    Start start = resumed.map(Start::of).orElseGet(this::fromPoints);
    startStep = start.step();
    startSchedule = start.schedule();
    maxGaussians = maxGaussians(backend, start);
    logBudget();
    SplatModel model = backend.load(start.state(), load(start));
    try {
      model.useExposures(start.exposures());
      return model;
    } catch (RuntimeException e) {
      model.close();
      throw e;
    }
  }

  private void logResolution() {
    if (config.train().resolution() == ScheduleConfig.Resolution.SPECTRUM) {
      LOG.info("scene {}: scales of its pictures by their spectrum: {}", scene.id(), resolution);
    }
    GrowthRule.violation(config, resolution)
        .ifPresent(violation -> LOG.warn("scene {}: {}", scene.id(), violation));
  }

  /** What training starts from. */
  private record Start(int step, ScheduleState schedule, TrainingState state, Exposures exposures) {
    static Start of(Checkpoint checkpoint) {
      return new Start(
          checkpoint.step(), checkpoint.schedule(), checkpoint.state(), checkpoint.exposures());
    }
  }

  private Start fromPoints() {
    Gaussians points = InitialGaussians.from(scene.points(), config.train().shDegree());
    return new Start(
        0,
        ScheduleState.START,
        TrainingState.of(
            config.train().masks().isOn() ? points.withMasks(LearnedMasks.START_LOGIT) : points),
        config.train().exposure().enabled() ? Exposures.identity(targets.size()) : Exposures.NONE);
  }

  private int maxGaussians(SplatBackend backend, Start start) {
    int limit =
        config.densify().grows()
            ? GaussianGrowth.limit(config.densify(), budget)
            : scene.points().size();
    return backend.maxGaussians(start.state().size(), load(limit));
  }

  private void logBudget() {
    if (budget.gaussians() > 0) {
      LOG.info(
          "scene {}: a budget of {} Gaussians ({}); it {} {} points",
          scene.id(),
          budget.gaussians(),
          budget.rule(),
          config.densify().grows()
              ? "grows to %d from".formatted(maxGaussians)
              : "adds none to its",
          scene.points().size());
    }
  }

  private TrainingLoad load(Start start) {
    boolean grows =
        config.densify().grows()
            && start.step() < Math.min(config.train().steps(), config.densify().growsUntilStep());
    return load(grows ? maxGaussians : start.state().size());
  }

  private TrainingLoad load(int mostGaussians) {
    return new TrainingLoad(
        mostGaussians,
        config.train().precision(),
        targets,
        config.train().masks().isOn(),
        config.optimizer().accumulate().isOn(),
        config.train().exposure().enabled());
  }

  private TrainResult loop(SplatModel model, CheckpointFolder checkpoints, TrainListener listener) {
    firstPruneGaussians = startSchedule.firstPruneGaussians();
    ending = Ending.of(config, resolution, targets.size(), startSchedule.annealsAfter());
    PlateauRule plateau = ending.plateau(startSchedule.plateau());
    TrainingCurve curve = new TrainingCurve(model, listener, config.train(), resolution, startStep);
    StepListener rounds = ending.kept().isEmpty() ? plateau : (event, loss, psnr) -> {};
    StepEvents events = new StepEvents(model::drainStatistics, rounds, curve);
    int step = startStep;
    boolean summing = false; // whether gradients wait in the sums: no checkpoint holds them
    boolean wanted = false; // a checkpoint
    Optional<StoppedBy> stopped = stopped(step, plateau);
    useViews(step);
    while (stopped.isEmpty() || summing) {
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
      if (ending.checksAt(step)) {
        plateau.add(step, keptPsnr(model, step));
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
      if (stopped.isEmpty()) {
        stopped = stopped(step, plateau);
      }
      if (step == ending.keepsUntilStep()) {
        useViews(step);
      }
    }
    events.deliver();
    curve.finish(step);
    return new TrainResult(
        trained(model),
        step,
        startStep,
        stopped.get(),
        curve.seconds(),
        model.gaussianStateBytes(),
        model.gaussianStateBytesFp32(),
        model.peakDeviceBytes(),
        maxGaussians,
        growthEnd,
        curve.points());
  }

  /** Why training ends after this step; empty if it goes on. */
  private Optional<StoppedBy> stopped(int step, PlateauRule plateau) {
    int before = ending.annealsAfter();
    Optional<StoppedBy> stopped = ending.at(step, plateau);
    if (ending.annealsAfter() != before) {
      LOG.info("scene {}: step {} is a plateau: PSNR no longer rises", scene.id(), step);
    }
    return stopped;
  }

  /** Sets the order of the views that the steps after this one train on. */
  private void useViews(int step) {
    int until = ending.keepsUntilStep();
    long seed = config.train().seed();
    order =
        step < until
            ? new ViewOrder(ending.kept().trained(targets.size()), seed, 0)
            : new ViewOrder(IntStream.range(0, targets.size()).toArray(), seed, until);
  }

  private double keptPsnr(SplatModel model, int step) {
    double psnr = ending.kept().psnr(model, scaled, measuredAt(step));
    LOG.info(
        "scene {}: step {}: {} dB on {} views that are kept from training",
        scene.id(),
        step,
        "%.2f".formatted(psnr),
        ending.kept().views().size());
    return psnr;
  }

  private StepEvent trainStep(SplatModel model, int step) {
    useTargets(model, step);
    model.step(order.at(step), settingsAt(step, model.numGaussians()));
    boolean reset = resetOpacities(model, step);
    densify(model, step);
    pruneMasked(model, step);
    boolean pruned = prune(model, step);
    return new StepEvent(step, phase, hasNewPictures(step), reset || pruned);
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
      RenderSettings render = renderAt(step).withDilation(dilation(step, model.numGaussians()));
      try {
        model.densify(growth().at(step, extent, resolution.scaleOf(phase), render).withFar(far));
      } catch (DeviceMemoryException e) {
        endGrowth(step, model.numGaussians(), e);
      }
    }
    if (densify.isReorderDueAt(step)) {
      model.reorder();
    }
  }

  /** Rounds go on, but only replace what they prune. */
  private void endGrowth(int step, int numGaussians, DeviceMemoryException full) {
    if (growthEnd.isEmpty()) {
      growthEnd =
          String.format(
              Locale.ROOT,
              "growth ended at %,d Gaussians in step %,d because the GPU's memory was full: raise"
                  + " image.reduce, or train on a GPU with more memory",
              numGaussians,
              step);
    }
    maxGaussians = numGaussians;
    LOG.warn("scene {}: {} ({})", scene.id(), growthEnd, full.getMessage());
  }

  private GaussianGrowth growth() {
    return new GaussianGrowth(
        config.densify(),
        budget,
        scene.points().size(),
        maxGaussians,
        prune.lastStep(),
        order.views(),
        config.densify().leastError(),
        config.train().seed());
  }

  private boolean prune(SplatModel model, int step) {
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
    scaled =
        targets.stream()
            .map(
                target -> new Target(TargetSizes.inPhase(target.camera(), scale), target.picture()))
            .toList();
    model.useTargets(scaled);
  }

  private StepSettings settingsAt(int step, int numGaussians) {
    return new StepSettings(
        step,
        renderAt(step).withDilation(dilation(step, numGaussians)),
        blurAt(step),
        (float) config.train().ssimWeight(),
        config
            .optimizer()
            .at(ending.ratesStep(step), config.train().steps(), extent)
            .ratesTimes(ending.rateFactorAt(step)),
        config.densify().isGatheringAt(step),
        config.train().masks().settings(),
        accumulationAt(step),
        config.train().exposure().rateAt(step));
  }

  private Accumulation accumulationAt(int step) {
    AccumulateConfig accumulate = config.optimizer().accumulate();
    return accumulate.isOn() ? accumulate.at(step, this::needsEmptySums) : Accumulation.NONE;
  }

  /** Whether this step changes the rows of the model or may be the last. */
  private boolean needsEmptySums(int step) {
    return config.densify().isDueAt(step)
        || config.prune().isDueAt(step)
        || config.train().masks().isPruneDueAt(step)
        || isOpacityResetAt(step)
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
    Intrinsics size = scaled.get(order.at(step)).camera().intrinsics();
    double share = (double) size.width() * size.height() / (9 * Math.PI * numGaussians);
    return (float) Math.max(SplatConstants.COV2D_DILATION, share);
  }

  private RenderSettings renderAt(int step) {
    return Backgrounds.at(config, config.train().shDegreeAt(step), step);
  }

  /** How pictures are rendered that are compared with those of other steps. */
  private RenderSettings measuredAt(int step) {
    return config.image().background() == ImageConfig.Background.RANDOM
        ? new RenderSettings(config.train().shDegreeAt(step), 0, 0, 0)
            .withAntialiased(config.train().antialiased())
        : renderAt(step);
  }

  private Checkpoint checkpoint(int step, SplatModel model, PlateauRule plateau) {
    return new Checkpoint(
        step,
        config.train().seed(),
        config.configHash(),
        config.trainingHash(),
        fingerprint,
        new ScheduleState(firstPruneGaussians, plateau.state(), ending.annealsAfter()),
        model.trainingState(),
        model.exposures());
  }
}
