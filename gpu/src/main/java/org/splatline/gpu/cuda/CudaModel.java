package org.splatline.gpu.cuda;

import static org.splatline.gpu.Checks.checkArgument;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.splatline.gpu.Bytes;
import org.splatline.gpu.backend.DensifyResult;
import org.splatline.gpu.backend.DensifySettings;
import org.splatline.gpu.backend.ErrorViews;
import org.splatline.gpu.backend.Exposures;
import org.splatline.gpu.backend.LossGradients;
import org.splatline.gpu.backend.Precision;
import org.splatline.gpu.backend.Projection;
import org.splatline.gpu.backend.RenderSettings;
import org.splatline.gpu.backend.SplatModel;
import org.splatline.gpu.backend.StepSettings;
import org.splatline.gpu.backend.StepStatistics;
import org.splatline.gpu.backend.Target;
import org.splatline.gpu.cuda.device.CudaContext;
import org.splatline.gpu.cuda.device.CudaModule;
import org.splatline.gpu.cuda.device.DeviceMemory;
import org.splatline.gpu.cuda.device.DeviceStream;
import org.splatline.gpu.cuda.device.MemoryAccount;
import org.splatline.gpu.cuda.kernel.CameraArgument;
import org.splatline.gpu.cuda.kernel.GradientPointers;
import org.splatline.gpu.cuda.kernel.Grid;
import org.splatline.gpu.cuda.kernel.Kernels;
import org.splatline.gpu.cuda.kernel.ResetOpacitiesKernel;
import org.splatline.gpu.cuda.kernel.SignificanceKernel;
import org.splatline.gpu.gaussian.GaussianState;
import org.splatline.gpu.gaussian.Gaussians;
import org.splatline.gpu.gaussian.TrainingState;
import org.splatline.gpu.picture.FloatImage;
import org.splatline.gpu.scene.Camera;

/**
 * {@link SplatModel} on a GPU. A step is launched and the host does not wait for it: see {@link
 * StepQueue}. All other methods wait.
 */
final class CudaModel implements SplatModel {
  private static final Logger LOG = LoggerFactory.getLogger(CudaModel.class);

  private final CudaContext context;
  private final MemoryAccount account;
  private final Placement placement;
  private final int shDegree;
  private final List<AutoCloseable> owned = new ArrayList<>();
  private final DeviceStream stream;
  private final PictureReducer reducer;
  private final Originals originals;
  private final Kernels kernels;
  private final ViewPipeline pipeline;
  private final PictureBlur pictureBlur;
  private final Densifier densifier;
  private final MortonSorter mortonSorter;
  private final RowGatherer gatherer;
  private final StepResults results;
  private final StepQueue queue;
  private final GradientSums sums;

  private GaussianArrays gaussians;
  private int numGaussians;
  private TargetImages images;
  private int cameras; // one per image
  private int largestPixels; // of all images, in whole tiles
  private boolean closed;

  /**
   * Where a model keeps its data.
   *
   * @param spare whether a second set of Gaussians' arrays is kept for densification
   * @param pictureRoom pictures stay on the device if they need at most this many bytes; below 0:
   *     none stay
   * @param debugSync wait after each kernel
   */
  record Placement(boolean spare, long pictureRoom, Precision precision, boolean debugSync) {}

  CudaModel(
      CudaContext context,
      CudaModule module,
      MemoryAccount account,
      Placement placement,
      TrainingState state) {
    this.context = context;
    this.account = account;
    this.placement = placement;
    this.shDegree = state.shDegree();
    this.numGaussians = state.size();
    try {
      stream = own(new DeviceStream(placement.debugSync()));
      kernels = new Kernels(module, placement.precision());
      reducer = new PictureReducer(kernels);
      originals = own(new Originals(account, reducer, stream));
      pipeline = own(new ViewPipeline(account, kernels, stream));
      pictureBlur = own(new PictureBlur(account, kernels, stream));
      SpareArrays spare = own(new SpareArrays(stream, placement.spare()));
      gatherer = new RowGatherer(kernels, stream, spare);
      densifier = new Densifier(account, kernels, stream, spare);
      mortonSorter = new MortonSorter(account, kernels, stream, gatherer);
      results = own(new StepResults(account, stream));
      sums = own(new GradientSums(account));
      queue = new StepQueue(results, pipeline, pictureBlur, stream);
      gaussians =
          new GaussianArrays(account, numGaussians, placement.precision(), state.hasMasks());
      gaussians.upload(state);
      images = ResidentImages.NONE;
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private <T extends AutoCloseable> T own(T part) {
    owned.add(part);
    return part;
  }

  @Override
  public int numGaussians() {
    return numGaussians;
  }

  private ViewPipeline.View view(CameraArgument camera, RenderSettings settings) {
    return new ViewPipeline.View(
        gaussians,
        numGaussians,
        camera.with(settings),
        settings,
        Math.min(settings.shDegree(), shDegree),
        sums,
        results);
  }

  private void forward(CameraArgument camera, RenderSettings settings) {
    context.use();
    ViewPipeline.View view = view(camera, settings);
    queue.run(() -> pipeline.forward(view));
  }

  @Override
  public Projection project(Camera camera, RenderSettings settings) {
    forward(CameraArgument.of(camera), settings);
    return ViewReadback.projection(pipeline.buffers(), numGaussians);
  }

  @Override
  public FloatImage render(Camera camera, RenderSettings settings) {
    CameraArgument argument = CameraArgument.of(camera);
    forward(argument, settings);
    return ViewReadback.image(pipeline.buffers(), argument);
  }

  @Override
  public double renderSeconds(List<Camera> cameras, RenderSettings settings) {
    context.use();
    List<ViewPipeline.View> views =
        cameras.stream().map(camera -> view(CameraArgument.of(camera), settings)).toList();
    double[] seconds = new double[1];
    // Each one alone first, so that there is room: a view that lacks some stops all others, and
    // that
    // is safe only while no other one is on the device.
    cameras.stream().distinct().forEach(camera -> forward(CameraArgument.of(camera), settings));
    try (RenderAhead renderer =
        new RenderAhead(account, kernels, pipeline.forwardPass(), stream, placement.debugSync())) {
      queue.run(
          () -> {
            renderer.reserve(views);
            stream.synchronize();
            long start = System.nanoTime();
            renderer.render(views);
            stream.synchronize();
            seconds[0] = (System.nanoTime() - start) / 1e9;
          });
    }
    return seconds[0];
  }

  @Override
  public void useTargets(List<Target> targets) {
    context.use();
    queue.settle();
    stream.synchronize();
    images.close();
    images = ResidentImages.NONE;
    cameras = targets.size();
    pictureBlur.reserve(MemoryPlan.largestPlaneBytes(targets));
    largestPixels = MemoryPlan.largestPixels(targets);
    pipeline.exposures().reserve(largestPixels);
    if (targets.isEmpty() || MemoryPlan.residentBytes(targets) <= placement.pictureRoom()) {
      originals.limit(roomForOriginals(targets));
      images = new ResidentImages(account, originals, targets);
    } else {
      originals.close();
      images = new StreamedImages(account, reducer, stream, placement.debugSync(), targets);
      LOG.info(
          "{} pictures of {} stay on the host; each is copied to the GPU before its step",
          targets.size(),
          Bytes.text(MemoryPlan.residentBytes(targets)));
    }
  }

  /** At most half of what is free, so that much is left for what a plan does not count. */
  private long roomForOriginals(List<Target> targets) {
    long free = Math.min(context.freeBytes(), account.room());
    return Math.min(
        placement.pictureRoom() - MemoryPlan.besideOriginals(targets),
        (free + originals.bytes()) / 2);
  }

  @Override
  public LossGradients gradients(int targetIndex, RenderSettings settings, float ssimWeight) {
    context.use();
    CameraArgument camera = images.camera(targetIndex);
    ViewPipeline.View view = view(camera, settings);
    double[] loss = new double[1];
    try (DeviceMemory geometry =
            DeviceMemory.floats(account, (long) numGaussians * GaussianArrays.GEOMETRY_WIDTH);
        DeviceMemory sh =
            DeviceMemory.floats(account, (long) numGaussians * GaussianArrays.SH_WIDTH);
        DeviceMemory means2d = DeviceMemory.floats(account, 2L * numGaussians)) {
      queue.run(
          () -> {
            stream.clear(geometry, geometry.bytes());
            stream.clear(sh, sh.bytes());
            stream.clear(means2d, means2d.bytes());
            pipeline.differentiate(view, images.acquire(targetIndex), ssimWeight, 0);
            images.release();
            pipeline.writeGradients(view, new GradientPointers(geometry, sh, means2d));
            if (gaussians.masked()) {
              pipeline.writeMaskGradients(view);
            }
            stream.synchronize();
            loss[0] = StepQueue.loss(results.readSums(1), 0, camera, ssimWeight);
          });
      return new LossGradients(
          loss[0],
          GaussianArrays.unpack(
                  geometry.downloadFloats(numGaussians * GaussianArrays.GEOMETRY_WIDTH),
                  sh.downloadFloats(numGaussians * GaussianArrays.SH_WIDTH),
                  shDegree)
              .withMasks(gaussians.downloadMasks(GaussianArrays.Part.MASKS_GRADIENT, numGaussians)),
          means2d.downloadFloats(2 * numGaussians));
    }
  }

  @Override
  public void step(int targetIndex, StepSettings settings) {
    checkArgument(targetIndex >= 0, "Invalid target index: %s", targetIndex);
    int exposures = pipeline.exposures().size();
    checkArgument(
        settings.exposureRate() == 0 || targetIndex < exposures,
        "Invalid target index: %s of %s exposures",
        targetIndex,
        exposures);
    context.use();
    if (!settings.accumulation().isNone() && !sums.hasRoomFor(numGaussians)) {
      queue.settle();
      sums.reserve(gaussians.capacity());
    }
    ViewPipeline.View view = view(images.camera(targetIndex), settings.render());
    queue.step(new StepQueue.Step(view, images, targetIndex, settings));
  }

  @Override
  public void useExposures(Exposures exposures) {
    settle();
    pipeline.exposures().use(exposures);
    pipeline.exposures().reserve(largestPixels);
  }

  @Override
  public Exposures exposures() {
    settle();
    return pipeline.exposures().download();
  }

  @Override
  public StepStatistics drainStatistics() {
    context.use();
    return queue.drain();
  }

  @Override
  public void resetOpacities(float opacity) {
    context.use();
    queue.settle();
    kernels.resetOpacities.launch(
        stream,
        Grid.covering(numGaussians, ResetOpacitiesKernel.THREADS),
        numGaussians,
        (float) Math.log(opacity / (1 - opacity)),
        gaussians.geometry());
  }

  @Override
  public DensifyResult densify(DensifySettings settings) {
    context.use();
    try (DeviceMemory scores = scoreErrors(settings.growth().errors())) {
      long nonFinite = queue.takeNonFinite();
      if (nonFinite > 0) {
        LOG.warn("Gaussians with NaN or infinity were skipped {} times: pruning them", nonFinite);
      }
      Densifier.Outcome outcome =
          densifier.densify(gaussians, numGaussians, settings, scores, this::makeRoom);
      gaussians = outcome.gaussians();
      numGaussians = outcome.numGaussians();
      return outcome.result();
    }
  }

  /** Makes room for what a step needs of this many Gaussians, beside their arrays. */
  private void makeRoom(int total) {
    pipeline.forwardPass().reserve(total);
    if (sums.isInUse() && !sums.hasRoomFor(total)) {
      sums.reserve(total);
    }
  }

  /** Each Gaussian's score, [N] longs in parts of {@link SignificanceKernel#UNIT}. */
  private DeviceMemory scoreErrors(ErrorViews views) {
    int length = views.isNone() ? 0 : numGaussians;
    DeviceMemory scores = new DeviceMemory(account, (long) Long.BYTES * length);
    try {
      queue.settle();
      stream.clear(scores, scores.bytes());
      for (int target : views.targets()) {
        ViewPipeline.View view = view(images.camera(target), views.render());
        queue.run(
            () -> {
              pipeline.scoreErrors(view, images.acquire(target), views.gate(), scores);
              images.release();
            });
      }
      return scores;
    } catch (RuntimeException e) {
      scores.close();
      throw e;
    }
  }

  @Override
  public double[] errorScores(ErrorViews views) {
    context.use();
    double[] errors = new double[numGaussians];
    try (DeviceMemory scores = scoreErrors(views)) {
      stream.synchronize();
      if (!views.isNone()) {
        long[] parts = scores.downloadLongs(0, numGaussians);
        Arrays.setAll(errors, n -> parts[n] / SignificanceKernel.UNIT);
      }
    }
    return errors;
  }

  @Override
  public void reorder() {
    context.use();
    queue.settle();
    gaussians = mortonSorter.sort(gaussians, numGaussians, results);
  }

  @Override
  public double[] significance(RenderSettings settings, double volumeExponent) {
    context.use();
    double[] significance = new double[numGaussians];
    try (DeviceMemory shown = new DeviceMemory(account, (long) Long.BYTES * numGaussians)) {
      queue.settle();
      stream.clear(shown, shown.bytes());
      for (int i = 0; i < cameras; i++) {
        ViewPipeline.View view = view(images.camera(i), settings);
        queue.run(
            () -> {
              pipeline.forward(view);
              pipeline.score(view, shown);
            });
      }
      stream.synchronize();
      long[] parts = shown.downloadLongs(0, numGaussians);
      for (int n = 0; n < numGaussians; n++) {
        significance[n] = parts[n] / SignificanceKernel.UNIT;
      }
    }
    gaussians.weigh(significance, volumeExponent);
    return significance;
  }

  @Override
  public void keep(int[] rows) {
    context.use();
    queue.settle();
    try (DeviceMemory kept = DeviceMemory.ints(account, rows.length)) {
      kept.upload(0, rows);
      gaussians = gatherer.gather(gaussians, rows.length, kept);
      numGaussians = rows.length;
    }
  }

  @Override
  public GaussianState state() {
    return trainingState().copy();
  }

  @Override
  public Gaussians gaussians() {
    return trainingState().copy(TrainingState.Moment.VALUE);
  }

  @Override
  public TrainingState trainingState() {
    settle();
    return new DeviceState(context, gaussians, numGaussians, shDegree);
  }

  /** Waits until the device has no work left. */
  private void settle() {
    context.use();
    queue.settle();
    stream.synchronize();
  }

  @Override
  public long gaussianStateBytes() {
    return numGaussians
        * GaussianArrays.bytesPerGaussian(placement.precision(), gaussians.masked());
  }

  @Override
  public long gaussianStateBytesFp32() {
    return numGaussians * GaussianArrays.bytesPerGaussian(Precision.FLOAT, gaussians.masked());
  }

  @Override
  public long deviceBytes() {
    return account.liveBytes();
  }

  @Override
  public long peakDeviceBytes() {
    return account.peakBytes();
  }

  /** Times each launch from now on; for benchmarks. */
  void startTimer() {
    settle();
    stream.startTimer();
  }

  /** Milliseconds on the device since {@link #startTimer}, by kernel. */
  Map<String, Double> stopTimer() {
    settle();
    return stream.stopTimer();
  }

  /** Counts the work of a step on a target, and changes nothing. For benchmarks. */
  StepWork work(int targetIndex, RenderSettings settings) {
    CameraArgument camera = images.camera(targetIndex);
    forward(camera, settings);
    int[] counts = pipeline.buffers().control.downloadInts(0, 2);
    ControlLayout layout = pipeline.buffers().layout(Math.max(1, numGaussians), camera.tiles());
    try (DeviceMemory pairs = new DeviceMemory(account, PairCounts.BYTES)) {
      stream.clear(pairs, pairs.bytes());
      pipeline.countPairs(view(camera, settings), pairs);
      stream.synchronize();
      TargetImages.Image image = images.acquire(targetIndex);
      images.release();
      return new StepWork(
          numGaussians,
          counts[0],
          counts[1],
          (long) camera.width() * camera.height(),
          image.channels(),
          image.masks(),
          camera.tiles(),
          layout.highBits() > 0 ? 2 : 1,
          layout.bytesToClear(),
          PairCounts.read(pairs));
    }
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    context.use();
    if (images != null) {
      images.close();
    }
    if (gaussians != null) {
      gaussians.close();
    }
    closeAll(owned);
  }

  /** Closes the parts, the last one first. If one fails, the others are closed all the same. */
  static void closeAll(List<AutoCloseable> parts) {
    for (int i = parts.size() - 1; i >= 0; i--) {
      try {
        parts.get(i).close();
      } catch (Exception e) {
        LOG.warn("Cannot free a part of a CUDA model", e);
      }
    }
  }
}
