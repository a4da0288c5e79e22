package org.splatline.gpu.cpu;

import static org.splatline.gpu.Checks.checkArgument;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.splatline.gpu.backend.Accumulation;
import org.splatline.gpu.backend.AdamSettings;
import org.splatline.gpu.backend.Blur;
import org.splatline.gpu.backend.DensifyResult;
import org.splatline.gpu.backend.DensifySettings;
import org.splatline.gpu.backend.ErrorViews;
import org.splatline.gpu.backend.Exposures;
import org.splatline.gpu.backend.LossGradients;
import org.splatline.gpu.backend.Projection;
import org.splatline.gpu.backend.RenderSettings;
import org.splatline.gpu.backend.Significance;
import org.splatline.gpu.backend.SplatModel;
import org.splatline.gpu.backend.StepSettings;
import org.splatline.gpu.backend.StepStatistics;
import org.splatline.gpu.backend.Target;
import org.splatline.gpu.gaussian.GaussianState;
import org.splatline.gpu.gaussian.Gaussians;
import org.splatline.gpu.gaussian.MortonOrder;
import org.splatline.gpu.gaussian.ParameterFamily;
import org.splatline.gpu.gaussian.TrainingState;
import org.splatline.gpu.picture.FloatImage;
import org.splatline.gpu.picture.Picture;
import org.splatline.gpu.scene.Camera;

/** {@link SplatModel} in plain loops. Its results don't depend on the number of threads. */
final class CpuModel implements SplatModel {
  /** Pictures that are kept may take this part of the heap. */
  private static final int HEAP_PARTS = 4;

  private final Workers workers;
  private final CpuProject project;
  private final CpuProjectBackward projectBackward;
  private final CpuTileLists lists;
  private final CpuBlend blend;
  private final CpuLoss loss;
  private final CpuAdam adam;
  private CpuExposures exposures;

  private GaussianState state;
  private Gaussians gradients;
  private CpuGradientSums sums;
  private float[] screenGradients;
  private List<Target> targets = List.of();
  private CpuPictures pictures = new CpuPictures(List.of(), 0);
  private FloatImage composed = new FloatImage(1, 1);
  private double lossSum;
  private final List<Double> psnrs = new ArrayList<>();

  CpuModel(Workers workers, TrainingState initial) {
    this.workers = workers;
    project = new CpuProject(workers);
    projectBackward = new CpuProjectBackward(workers, project);
    lists = new CpuTileLists();
    blend = new CpuBlend(workers, project, lists);
    loss = new CpuLoss(workers);
    adam = new CpuAdam(workers);
    exposures = new CpuExposures(workers, Exposures.NONE);
    use(initial.copy());
  }

  private void use(GaussianState next) {
    state = next;
    sums = new CpuGradientSums(state);
    gradients = state.parameters().zerosAlike(state.size());
    screenGradients = new float[9 * state.size()];
  }

  @Override
  public int numGaussians() {
    return state.size();
  }

  @Override
  public Projection project(Camera camera, RenderSettings settings) {
    project.forward(state.parameters(), camera, settings);
    int n = state.size();
    Projection result =
        new Projection(
            new float[2 * n], new float[n], new float[3 * n], new float[n], new float[3 * n]);
    for (int i = 0; i < n; i++) {
      if (project.radii[i] > 0) {
        result.means2d()[2 * i] = project.meansX[i];
        result.means2d()[2 * i + 1] = project.meansY[i];
        result.depths()[i] = project.depths[i];
        result.radii()[i] = project.radii[i];
        System.arraycopy(project.conics, 3 * i, result.conics(), 3 * i, 3);
        System.arraycopy(project.colors, 3 * i, result.colors(), 3 * i, 3);
      }
    }
    return result;
  }

  @Override
  public FloatImage render(Camera camera, RenderSettings settings) {
    FloatImage image = forward(camera, settings);
    return new FloatImage(image.width(), image.height(), image.rgb().clone());
  }

  @Override
  public double renderSeconds(List<Camera> cameras, RenderSettings settings) {
    long start = System.nanoTime();
    cameras.forEach(camera -> forward(camera, settings));
    return (System.nanoTime() - start) / 1e9;
  }

  private FloatImage forward(Camera camera, RenderSettings settings) {
    int width = camera.intrinsics().width();
    int height = camera.intrinsics().height();
    project.forward(state.parameters(), camera, settings);
    lists.build(project, state.size(), width, height);
    return blend.forward(width, height, settings);
  }

  @Override
  public void useTargets(List<Target> newTargets) {
    targets = List.copyOf(newTargets);
    pictures = new CpuPictures(targets, Runtime.getRuntime().maxMemory() / HEAP_PARTS);
  }

  @Override
  public LossGradients gradients(int targetIndex, RenderSettings settings, float ssimWeight) {
    FloatImage rendered = forward(targets.get(targetIndex).camera(), settings);
    CpuLoss.Result result =
        compare(rendered, pictures.get(targetIndex, Blur.NONE), settings, ssimWeight);
    backward(result.gradient());
    float[] means2d = new float[2 * state.size()];
    for (int n = 0; n < state.size(); n++) {
      if (project.radii[n] > 0) {
        means2d[2 * n] = screenGradients[9 * n];
        means2d[2 * n + 1] = screenGradients[9 * n + 1];
      }
    }
    return new LossGradients(result.loss(), gradients.copy(), means2d);
  }

  private CpuLoss.Result compare(
      FloatImage rendered, Picture picture, RenderSettings settings, float ssimWeight) {
    return loss.of(rendered, compose(picture, settings, rendered), picture, ssimWeight);
  }

  /** From d loss / d rendered, [H, W, 3], to the gradients of the parameters. */
  private void backward(float[] imageGradient) {
    blend.backward(imageGradient, state.size(), screenGradients);
    projectBackward.backward(state.parameters(), screenGradients, gradients);
  }

  /**
   * The target as floats. Transparent pixels are blended over the background; ignored pixels are as
   * rendered.
   */
  private FloatImage compose(Picture picture, RenderSettings settings, FloatImage rendered) {
    if (composed.width() != picture.width() || composed.height() != picture.height()) {
      composed = new FloatImage(picture.width(), picture.height());
    }
    picture.composeOver(settings.red(), settings.green(), settings.blue(), composed.rgb());
    picture.copyIgnored(rendered.rgb(), composed.rgb());
    return composed;
  }

  @Override
  public void step(int targetIndex, StepSettings settings) {
    CpuLoss.Result result = differentiate(targetIndex, settings);
    if (settings.densifying()) {
      gather(targets.get(targetIndex).camera());
    }
    stepParameters(settings);
    if (state.parameters().hasMasks() && !settings.masks().isNone()) {
      CpuMasks.update(
          state, gradients, settings.step(), project.shDegree(), settings.adam(), settings.masks());
    }
    lossSum += result.loss();
    psnrs.add(Math.min(100, -10 * Math.log10(Math.max(1e-10, result.meanSquaredError()))));
  }

  private void stepParameters(StepSettings settings) {
    Accumulation accumulation = settings.accumulation();
    if (accumulation.isNone()) {
      boolean all = settings.adam().update() == AdamSettings.Update.ALL;
      adam.update(
          state,
          gradients,
          settings.step(),
          settings.adam(),
          CpuAdam.Part.ALL,
          n -> all || project.radii[n] > 0);
      return;
    }
    sums.add(gradients, project.radii, settings.step());
    if (accumulation.others().use() == Accumulation.Use.STEP) {
      adam.update(
          state,
          gradients,
          settings.step(),
          settings.adam(),
          CpuAdam.Part.OTHERS,
          n -> project.radii[n] > 0);
      sums.clear(CpuAdam.Part.OTHERS);
    }
    stepWithSums(accumulation.others(), CpuAdam.Part.OTHERS, settings.adam());
    stepWithSums(accumulation.bands(), CpuAdam.Part.BANDS, settings.adam());
  }

  private void stepWithSums(Accumulation.Group group, CpuAdam.Part part, AdamSettings settings) {
    if (group.use() == Accumulation.Use.ADD_AND_STEP) {
      adam.update(
          state,
          sums.gradients(),
          group.updates(),
          settings,
          part,
          n -> sums.isSeenSince(n, group.since()));
      sums.clear(part);
    }
  }

  /** Renders, compares and computes gradients, through the view's exposure if it is in use. */
  private CpuLoss.Result differentiate(int targetIndex, StepSettings settings) {
    float rate = settings.exposureRate();
    checkArgument(
        rate == 0 || targetIndex < exposures.size(),
        "Invalid target index: %s of %s exposures",
        targetIndex,
        exposures.size());
    FloatImage rendered = forward(targets.get(targetIndex).camera(), settings.render());
    FloatImage shown = rate > 0 ? exposures.apply(targetIndex, rendered) : rendered;
    CpuLoss.Result result =
        compare(
            shown,
            pictures.get(targetIndex, settings.blur()),
            settings.render(),
            settings.ssimWeight());
    if (rate > 0) {
      double[] gradient = exposures.differentiate(targetIndex, rendered, result.gradient());
      exposures.update(targetIndex, gradient, rate, settings.adam());
    }
    backward(result.gradient());
    return result;
  }

  private void gather(Camera camera) {
    float toNdcX = 0.5f * camera.intrinsics().width();
    float toNdcY = 0.5f * camera.intrinsics().height();
    for (int n = 0; n < state.size(); n++) {
      if (project.radii[n] > 0) {
        float x = screenGradients[9 * n] * toNdcX;
        float y = screenGradients[9 * n + 1] * toNdcY;
        state.gradientSums()[n] += (float) Math.sqrt(x * x + y * y);
        state.gradientCounts()[n]++;
      }
    }
  }

  @Override
  public void useExposures(Exposures newExposures) {
    exposures = new CpuExposures(workers, newExposures);
  }

  @Override
  public Exposures exposures() {
    return exposures.state();
  }

  @Override
  public StepStatistics drainStatistics() {
    StepStatistics statistics =
        new StepStatistics(psnrs.isEmpty() ? Double.NaN : lossSum / psnrs.size(), psnrs);
    lossSum = 0;
    psnrs.clear();
    return statistics;
  }

  @Override
  public void resetOpacities(float opacity) {
    float limit = (float) Math.log(opacity / (1 - opacity));
    float[] logits = state.parameters().logitOpacities();
    for (int n = 0; n < logits.length; n++) {
      logits[n] = Math.min(logits[n], limit);
    }
    Arrays.fill(state.firstMoments().logitOpacities(), 0);
    Arrays.fill(state.secondMoments().logitOpacities(), 0);
  }

  @Override
  public DensifyResult densify(DensifySettings settings) {
    double[] errors = errorScores(settings.growth().errors());
    CpuDensify.Outcome outcome = CpuDensify.densify(state, settings, errors);
    use(outcome.state());
    return outcome.result();
  }

  @Override
  public void reorder() {
    use(state.rows(MortonOrder.rows(state.parameters().means())));
  }

  @Override
  public double[] significance(RenderSettings settings, double volumeExponent) {
    double[] significance = new double[state.size()];
    for (Target target : targets) {
      int width = target.camera().intrinsics().width();
      int height = target.camera().intrinsics().height();
      project.forward(state.parameters(), target.camera(), settings);
      lists.build(project, state.size(), width, height);
      blend.score(width, height, settings, state.size(), significance);
    }
    Significance.weigh(significance, state.parameters().logScales(), 3, 0, volumeExponent);
    return significance;
  }

  @Override
  public double[] errorScores(ErrorViews views) {
    double[] scores = new double[state.size()];
    for (int index : views.targets()) {
      FloatImage rendered = forward(targets.get(index).camera(), views.render());
      FloatImage target = compose(pictures.get(index, Blur.NONE), views.render(), rendered);
      float[] errors = CpuLoss.errors(rendered, target, views.gate());
      blend.scoreErrors(views.render(), errors, state.size(), scores);
    }
    return scores;
  }

  @Override
  public void keep(int[] rows) {
    use(state.rows(rows));
  }

  @Override
  public GaussianState state() {
    return state.copy();
  }

  @Override
  public TrainingState trainingState() {
    return state;
  }

  @Override
  public Gaussians gaussians() {
    return state.parameters().copy();
  }

  @Override
  public long gaussianStateBytes() {
    Gaussians g = state.parameters();
    int floats = 0;
    for (ParameterFamily family : ParameterFamily.values()) {
      floats += g.width(family);
    }
    return (long) g.size() * Float.BYTES * (4L * floats + 2);
  }

  @Override
  public long gaussianStateBytesFp32() {
    return gaussianStateBytes();
  }

  @Override
  public long deviceBytes() {
    return -1;
  }

  @Override
  public long peakDeviceBytes() {
    return -1;
  }

  @Override
  public void close() {}
}
