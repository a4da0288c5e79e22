package org.splatline.gpu.cuda;

import static org.splatline.gpu.Checks.checkArgument;

import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.splatline.gpu.backend.DensifyResult;
import org.splatline.gpu.backend.DensifySettings;
import org.splatline.gpu.backend.LossGradients;
import org.splatline.gpu.backend.Projection;
import org.splatline.gpu.backend.RenderSettings;
import org.splatline.gpu.backend.SplatModel;
import org.splatline.gpu.backend.StepSettings;
import org.splatline.gpu.backend.StepStatistics;
import org.splatline.gpu.backend.Target;
import org.splatline.gpu.gaussian.GaussianState;
import org.splatline.gpu.gaussian.Gaussians;
import org.splatline.gpu.scene.Camera;
import org.splatline.gpu.scene.FloatImage;

/**
 * {@link SplatModel} on a GPU. Steps are launched and not waited for: the device goes through up to
 * {@link Progress#MAX_STEPS} of them while the host runs ahead. A step whose view needs more
 * intersections than there is room for does nothing, nor do those after it; the host notices when
 * it next looks, makes room and launches them again.
 */
final class CudaModel implements SplatModel {
  private static final Logger LOG = LoggerFactory.getLogger(CudaModel.class);
  private static final double SSIM_SHARE_FLOOR = 1e-10;
  private static final float LOG2_E = (float) 1.4426950408889634;

  private final CudaContext context;
  private final MemoryAccount account;
  private final int shDegree;
  private final List<AutoCloseable> owned = new ArrayList<>();
  private final DeviceStream stream;
  private final Kernels kernels;
  private final ViewPipeline pipeline;
  private final Densifier densifier;
  private final Progress progress;
  private final List<Pending> pending = new ArrayList<>();

  private GaussianArrays gaussians;
  private int numGaussians;
  private TargetImages targets;
  private long nonFinite;
  private int steps;
  private double lossSum;
  private double psnrSum;
  private boolean closed;

  /** A step launched whose result hasn't been read. */
  private record Pending(int targetIndex, StepSettings settings) {}

  CudaModel(
      CudaContext context,
      CudaModule module,
      MemoryAccount account,
      boolean debugSync,
      GaussianState state) {
    this.context = context;
    this.account = account;
    this.shDegree = state.parameters().shDegree();
    this.numGaussians = state.size();
    try {
      stream = own(new DeviceStream(debugSync));
      kernels = new Kernels(module);
      pipeline = own(new ViewPipeline(account, kernels, stream));
      densifier = own(new Densifier(account, kernels, stream));
      progress = own(new Progress(account, stream));
      gaussians = new GaussianArrays(account, numGaussians);
      gaussians.upload(state);
      targets = new TargetImages(account, kernels, stream, List.of());
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
        camera,
        settings,
        Math.min(settings.shDegree(), shDegree),
        progress);
  }

  /** Runs a view to its end, again with more room where there was too little. */
  private void run(Runnable work) {
    settle();
    while (true) {
      work.run();
      Progress.Reading reading = progress.read(stream);
      progress.restart(stream);
      nonFinite += reading.nonFinite();
      if (!reading.overflow()) {
        return;
      }
      makeRoom(reading);
    }
  }

  private void makeRoom(Progress.Reading reading) {
    LOG.debug("a view needs {} intersections: making room", reading.needed());
    pipeline.expectIntersections(reading.needed());
  }

  @Override
  public Projection project(Camera camera, RenderSettings settings) {
    context.use();
    ViewPipeline.View view = view(new CameraArgument(camera), settings);
    run(() -> pipeline.forward(view));
    int visible = pipeline.buffers().control.downloadInts(0, 1)[0];
    float[] splats = pipeline.buffers().splats.downloadFloats(12 * visible);
    int[] indices = pipeline.buffers().gaussianIndices.downloadInts(0, visible);
    int n = numGaussians;
    Projection result =
        new Projection(
            new float[2 * n], new float[n], new float[3 * n], new float[n], new float[3 * n]);
    for (int v = 0; v < visible; v++) {
      int i = indices[v];
      int row = 12 * v;
      result.means2d()[2 * i] = splats[row];
      result.means2d()[2 * i + 1] = splats[row + 1];
      result.conics()[3 * i] = splats[row + 2] * 2 / LOG2_E;
      result.conics()[3 * i + 1] = splats[row + 3] / LOG2_E;
      result.conics()[3 * i + 2] = splats[row + 4] * 2 / LOG2_E;
      System.arraycopy(splats, row + 6, result.colors(), 3 * i, 3);
      result.radii()[i] = splats[row + 9];
      result.depths()[i] = splats[row + 10];
    }
    return result;
  }

  @Override
  public FloatImage render(Camera camera, RenderSettings settings) {
    context.use();
    CameraArgument argument = new CameraArgument(camera);
    ViewPipeline.View view = view(argument, settings);
    run(() -> pipeline.forward(view));
    return interleaved(pipeline.buffers().image.downloadFloats(3 * argument.plane()), argument);
  }

  private static FloatImage interleaved(float[] planes, CameraArgument camera) {
    FloatImage image = new FloatImage(camera.width(), camera.height());
    for (int c = 0; c < 3; c++) {
      for (int y = 0; y < camera.height(); y++) {
        int from = c * camera.plane() + y * camera.pitch();
        int to = 3 * y * camera.width() + c;
        for (int x = 0; x < camera.width(); x++) {
          image.rgb()[to + 3 * x] = planes[from + x];
        }
      }
    }
    return image;
  }

  @Override
  public void renderOnly(Camera camera, RenderSettings settings) {
    context.use();
    ViewPipeline.View view = view(new CameraArgument(camera), settings);
    run(() -> pipeline.forward(view));
  }

  @Override
  public void useTargets(List<Target> newTargets) {
    context.use();
    settle();
    targets.close();
    targets = new TargetImages(account, kernels, stream, newTargets);
  }

  @Override
  public LossGradients gradients(int targetIndex, RenderSettings settings, float ssimWeight) {
    context.use();
    TargetImages.Image target = targets.get(targetIndex);
    ViewPipeline.View view = view(target.camera(), settings);
    double[] loss = new double[1];
    try (DeviceMemory geometry =
            DeviceMemory.floats(account, (long) numGaussians * GaussianArrays.GEOMETRY_WIDTH);
        DeviceMemory sh =
            DeviceMemory.floats(account, (long) numGaussians * GaussianArrays.SH_WIDTH);
        DeviceMemory means2d = DeviceMemory.floats(account, 2L * numGaussians)) {
      run(
          () -> {
            stream.clear(geometry, geometry.bytes());
            stream.clear(sh, sh.bytes());
            stream.clear(means2d, means2d.bytes());
            pipeline.differentiate(view, target, ssimWeight, 0);
            pipeline.writeGradients(view, geometry, sh, means2d);
            stream.synchronize();
            loss[0] = lossOf(progress.readSums(1), 0, target.camera(), ssimWeight);
          });
      return new LossGradients(
          loss[0],
          GaussianArrays.unpack(
              geometry.downloadFloats(numGaussians * GaussianArrays.GEOMETRY_WIDTH),
              sh.downloadFloats(numGaussians * GaussianArrays.SH_WIDTH),
              shDegree),
          means2d.downloadFloats(2 * numGaussians));
    }
  }

  private static double lossOf(double[] sums, int slot, CameraArgument camera, float ssimWeight) {
    double values = 3.0 * camera.width() * camera.height();
    double l1 = sums[3 * slot] / values;
    double ssim = sums[3 * slot + 1] / values;
    return (1 - ssimWeight) * l1 + ssimWeight * (1 - ssim);
  }

  @Override
  public void step(int targetIndex, StepSettings settings) {
    checkArgument(targetIndex >= 0, "Invalid target index: %s", targetIndex);
    context.use();
    if (pending.size() == Progress.MAX_STEPS) {
      settle();
    }
    launch(new Pending(targetIndex, settings));
  }

  private void launch(Pending step) {
    TargetImages.Image target = targets.get(step.targetIndex());
    ViewPipeline.View view = view(target.camera(), step.settings().render());
    pipeline.step(view, target, step.settings(), pending.size());
    pending.add(step);
  }

  /** Waits for the steps launched and reads their results; redoes those there was no room for. */
  private void settle() {
    while (!pending.isEmpty()) {
      Progress.Reading reading = progress.read(stream);
      List<Pending> launched = List.copyOf(pending);
      pending.clear();
      absorb(launched.subList(0, reading.stepsDone()));
      nonFinite += reading.nonFinite();
      progress.restart(stream);
      if (reading.overflow()) {
        makeRoom(reading);
      }
      launched.subList(reading.stepsDone(), launched.size()).forEach(this::launch);
    }
  }

  private void absorb(List<Pending> done) {
    double[] sums = progress.readSums(done.size());
    for (int i = 0; i < done.size(); i++) {
      CameraArgument camera = targets.get(done.get(i).targetIndex()).camera();
      double squares = sums[3 * i + 2] / (3.0 * camera.width() * camera.height());
      lossSum += lossOf(sums, i, camera, done.get(i).settings().ssimWeight());
      psnrSum += Math.min(100, -10 * Math.log10(Math.max(SSIM_SHARE_FLOOR, squares)));
      steps++;
    }
  }

  @Override
  public StepStatistics drainStatistics() {
    context.use();
    settle();
    StepStatistics statistics =
        new StepStatistics(
            steps,
            steps == 0 ? Double.NaN : lossSum / steps,
            steps == 0 ? Double.NaN : psnrSum / steps);
    steps = 0;
    lossSum = 0;
    psnrSum = 0;
    return statistics;
  }

  @Override
  public void resetOpacities(float opacity) {
    context.use();
    settle();
    kernels.resetOpacities.launch(
        stream,
        Grid.covering(numGaussians, ResetOpacitiesKernel.THREADS),
        numGaussians,
        (float) Math.log(opacity / (1 - opacity)),
        gaussians.geometry.address(),
        gaussians.geometryFirst.address(),
        gaussians.geometrySecond.address());
  }

  @Override
  public DensifyResult densify(DensifySettings settings) {
    context.use();
    settle();
    if (nonFinite > 0) {
      LOG.warn("{} times a Gaussian was skipped for NaN or infinity: pruning them", nonFinite);
      nonFinite = 0;
    }
    Densifier.Outcome outcome = densifier.densify(gaussians, numGaussians, settings);
    gaussians = outcome.gaussians();
    numGaussians = outcome.numGaussians();
    return outcome.result();
  }

  @Override
  public GaussianState state() {
    context.use();
    settle();
    stream.synchronize();
    return gaussians.download(numGaussians, shDegree);
  }

  @Override
  public Gaussians gaussians() {
    context.use();
    settle();
    stream.synchronize();
    return gaussians.downloadParameters(numGaussians, shDegree);
  }

  @Override
  public long gaussianStateBytes() {
    return numGaussians * GaussianArrays.bytesPerGaussian();
  }

  @Override
  public long peakDeviceBytes() {
    return account.peakBytes();
  }

  /** Device time of each launch from here on; for benchmarks. */
  KernelTimer startTimer() {
    settle();
    return stream.startTimer();
  }

  void stopTimer() {
    stream.stopTimer();
  }

  /** Visible Gaussians and intersections of the view last worked on. */
  int[] lastCounts() {
    settle();
    stream.synchronize();
    return pipeline.buffers().control.downloadInts(0, 2);
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    context.use();
    if (targets != null) {
      targets.close();
    }
    if (gaussians != null) {
      gaussians.close();
    }
    for (int i = owned.size() - 1; i >= 0; i--) {
      closeQuietly(owned.get(i));
    }
  }

  private static void closeQuietly(AutoCloseable part) {
    try {
      part.close();
    } catch (Exception e) {
      LOG.warn("Cannot free a part of a CUDA model", e);
    }
  }
}
