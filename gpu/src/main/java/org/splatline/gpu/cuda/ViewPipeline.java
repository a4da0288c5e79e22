package org.splatline.gpu.cuda;

import org.splatline.gpu.backend.Accumulation;
import org.splatline.gpu.backend.AdamSettings;
import org.splatline.gpu.backend.RenderSettings;
import org.splatline.gpu.backend.StepSettings;
import org.splatline.gpu.cuda.GaussianArrays.Part;
import org.splatline.gpu.cuda.device.DeviceMemory;
import org.splatline.gpu.cuda.device.DevicePointer;
import org.splatline.gpu.cuda.device.DeviceStream;
import org.splatline.gpu.cuda.device.MemoryAccount;
import org.splatline.gpu.cuda.kernel.AdamArgument;
import org.splatline.gpu.cuda.kernel.AddGradientsKernel;
import org.splatline.gpu.cuda.kernel.CameraArgument;
import org.splatline.gpu.cuda.kernel.GradientPointers;
import org.splatline.gpu.cuda.kernel.Grid;
import org.splatline.gpu.cuda.kernel.Kernels;
import org.splatline.gpu.cuda.kernel.MaskGradientsKernel;
import org.splatline.gpu.cuda.kernel.MaskRulesArgument;
import org.splatline.gpu.cuda.kernel.PicturePointers;
import org.splatline.gpu.cuda.kernel.ProjectGradientsKernel;
import org.splatline.gpu.cuda.kernel.StatePointers;
import org.splatline.gpu.cuda.kernel.StepBandsKernel;
import org.splatline.gpu.cuda.kernel.StepOthersKernel;
import org.splatline.gpu.cuda.kernel.UpdateMasksKernel;
import org.splatline.gpu.cuda.kernel.UpdateUnseenKernel;
import org.splatline.gpu.cuda.kernel.UpdateVisibleKernel;

/**
 * A view's work on the device. The host launches it in this order and does not wait: {@code project
 * → sort by depth → intersect → sort by tile → blend → loss → blend backward → update}.
 */
final class ViewPipeline implements AutoCloseable {
  private final Kernels kernels;
  private final DeviceStream stream;
  private final PictureLoss loss;
  private final PictureExposures exposures;
  private final ForwardPass forwardPass;
  private final ViewBuffers buffers; // of the forward pass

  ViewPipeline(MemoryAccount account, Kernels kernels, DeviceStream stream) {
    this.kernels = kernels;
    this.stream = stream;
    this.loss = new PictureLoss(kernels, stream);
    this.exposures = new PictureExposures(account, kernels, stream);
    this.forwardPass = new ForwardPass(account, kernels);
    this.buffers = forwardPass.buffers();
  }

  ForwardPass forwardPass() {
    return forwardPass;
  }

  ViewBuffers buffers() {
    return buffers;
  }

  PictureExposures exposures() {
    return exposures;
  }

  /** A view, and what is needed to render it. */
  record View(
      GaussianArrays gaussians,
      int numGaussians,
      CameraArgument camera,
      RenderSettings settings,
      int shDegree,
      GradientSums sums,
      StepResults results) {

    DevicePointer progress() {
      return results.progress();
    }
  }

  /** Renders into the buffers' image. */
  void forward(View view) {
    forwardPass.arrange(view, stream);
    forwardPass.blend(view, stream);
  }

  /** Renders, compares with the target, and computes gradients of splats. */
  void differentiate(View view, TargetImages.Image target, float ssimWeight, int slot) {
    forward(view);
    loss.compare(buffers.picture(), target, view.settings(), ssimWeight, view.results(), slot);
    blendBackward(view, forwardPass.reserve(view));
  }

  /** The same through the exposure of the target, which takes its step. */
  private void differentiateExposed(
      View view, TargetImages.Image target, int targetIndex, StepSettings settings, int slot) {
    forward(view);
    PicturePointers picture = buffers.picture();
    PicturePointers exposed = exposures.apply(targetIndex, view.camera(), view.progress(), picture);
    loss.compare(exposed, target, view.settings(), settings.ssimWeight(), view.results(), slot);
    exposures.learn(
        targetIndex,
        view.camera(),
        settings.exposureRate(),
        settings.adam(),
        view.progress(),
        picture);
    blendBackward(view, forwardPass.reserve(view));
  }

  /** One training step. */
  void step(
      View view, TargetImages.Image target, int targetIndex, StepSettings settings, int slot) {
    if (settings.exposureRate() > 0) {
      differentiateExposed(view, target, targetIndex, settings, slot);
    } else {
      differentiate(view, target, settings.ssimWeight(), slot);
    }
    boolean moveMasks = view.gaussians().masked() && !settings.masks().isNone();
    if (moveMasks) {
      writeMaskGradients(view);
    }
    update(view, settings);
    if (moveMasks) {
      updateMasks(view, settings);
    }
  }

  private void blendBackward(View view, ControlLayout layout) {
    Kernels.Blending blending = forwardPass.blending(view.camera());
    blending
        .backward()
        .launch(
            stream,
            layout.backwardGrid(view.camera().tiles(), blending.segment()),
            view.camera().frame(),
            forwardPass.lists(layout),
            buffers.picture(),
            forwardPass.checkpoints(layout),
            view.progress(),
            buffers.splatGradients);
  }

  /** After {@link #forward}: adds the pairs of each pass of blending to {@code counts}. */
  void countPairs(View view, DeviceMemory counts) {
    ControlLayout layout = forwardPass.reserve(view);
    forwardPass
        .blending(view.camera())
        .count()
        .launch(
            stream,
            Grid.blocks(view.camera().tiles()),
            view.camera().frame(),
            forwardPass.lists(layout),
            counts);
  }

  /**
   * After {@link #forward}: adds to {@code shown}, [N], how much of each Gaussian the view shows.
   */
  void score(View view, DeviceMemory shown) {
    kernels.significance.launch(
        stream,
        Grid.blocks(view.camera().tiles()),
        view.camera().frame(),
        forwardPass.lists(forwardPass.reserve(view)),
        buffers.splatPointers(),
        view.progress(),
        shown);
  }

  /**
   * Renders, compares with the target, and adds each Gaussian's share of the errors to {@code
   * scores}, [N].
   */
  void scoreErrors(View view, TargetImages.Image target, float gate, DeviceMemory scores) {
    forward(view);
    loss.writeErrors(buffers, target, view.settings(), gate, view.progress());
    kernels.errorShares.launch(
        stream,
        Grid.blocks(view.camera().tiles()),
        view.camera().frame(),
        forwardPass.lists(forwardPass.reserve(view)),
        buffers.splatPointers(),
        view.progress(),
        buffers.picture(),
        scores);
  }

  private StatePointers state(View view) {
    return new StatePointers(buffers.control, view.progress()); // it starts with the counts
  }

  private void update(View view, StepSettings settings) {
    GaussianArrays g = view.gaussians();
    AdamArgument adam = AdamArgument.of(settings.adam(), settings.step());
    if (settings.adam().update() == AdamSettings.Update.ALL) {
      kernels.updateUnseen.launch(
          stream,
          Grid.covering(view.numGaussians(), UpdateUnseenKernel.THREADS),
          view.numGaussians(),
          adam,
          buffers.splatPointers(),
          state(view),
          g.geometry(),
          g.sh());
    }
    if (settings.accumulation().isNone()) {
      UpdateVisibleKernel kernel =
          settings.densifying() ? kernels.updateVisibleGathering : kernels.updateVisible;
      kernel.launch(
          stream,
          Grid.covering(view.numGaussians(), UpdateVisibleKernel.THREADS),
          view.shDegree(),
          view.camera(),
          adam,
          buffers.splatPointers(),
          g.geometry(),
          g.sh(),
          state(view));
    } else {
      addGradients(view, settings, adam);
      stepWithSums(view, settings);
    }
  }

  private void addGradients(View view, StepSettings settings, AdamArgument adam) {
    addGradientsKernel(settings)
        .launch(
            stream,
            Grid.covering(view.numGaussians(), UpdateVisibleKernel.THREADS),
            view.shDegree(),
            view.camera(),
            adam,
            buffers.splatPointers(),
            view.gaussians().geometry(),
            view.gaussians().sh(),
            view.sums().pointers(),
            state(view));
  }

  private AddGradientsKernel addGradientsKernel(StepSettings settings) {
    if (settings.accumulation().others().use() == Accumulation.Use.STEP) {
      return settings.densifying() ? kernels.addBandsGathering : kernels.addBands;
    }
    return settings.densifying() ? kernels.addGradientsGathering : kernels.addGradients;
  }

  private void stepWithSums(View view, StepSettings settings) {
    GaussianArrays g = view.gaussians();
    Accumulation.Group others = settings.accumulation().others();
    if (others.use() == Accumulation.Use.ADD_AND_STEP) {
      kernels.stepOthers.launch(
          stream,
          Grid.covering(
              (long) StepOthersKernel.THREADS_PER_GAUSSIAN * view.numGaussians(),
              StepOthersKernel.THREADS),
          view.numGaussians(),
          others.since(),
          AdamArgument.of(settings.adam(), others.updates()),
          view.progress(),
          g.geometry(),
          g.sh(),
          view.sums().pointers());
    }
    Accumulation.Group bands = settings.accumulation().bands();
    if (bands.use() == Accumulation.Use.ADD_AND_STEP) {
      kernels.stepBands.launch(
          stream,
          Grid.covering(
              (long) StepBandsKernel.THREADS_PER_GAUSSIAN * view.numGaussians(),
              StepBandsKernel.THREADS),
          view.numGaussians(),
          bands.since(),
          AdamArgument.of(settings.adam(), bands.updates()),
          view.progress(),
          g.sh(),
          view.sums().pointers());
    }
  }

  private void updateMasks(View view, StepSettings settings) {
    GaussianArrays g = view.gaussians();
    kernels.updateMasks.launch(
        stream,
        Grid.covering(view.numGaussians(), UpdateMasksKernel.THREADS),
        view.numGaussians(),
        view.shDegree(),
        MaskRulesArgument.of(
            settings.masks(), settings.adam(), settings.step(), view.numGaussians()),
        AdamArgument.of(settings.adam(), settings.step()),
        view.progress(),
        g.masks(),
        g.geometry(),
        g.sh());
  }

  /** Writes gradients of mask logits after {@link #differentiate}, before parameters change. */
  void writeMaskGradients(View view) {
    GaussianArrays g = view.gaussians();
    stream.clear(
        g.get(Part.MASKS_GRADIENT),
        Math.max(1L, view.numGaussians()) * g.rowBytes(Part.MASKS_GRADIENT));
    kernels.maskGradients.launch(
        stream,
        Grid.covering(view.numGaussians(), MaskGradientsKernel.THREADS),
        view.shDegree(),
        view.camera(),
        buffers.splatPointers(),
        g.geometry(),
        g.sh(),
        state(view),
        g.masks());
  }

  /**
   * Writes gradients of the parameters after {@link #differentiate}; other rows than those of
   * visible Gaussians stay as they are.
   */
  void writeGradients(View view, GradientPointers gradients) {
    kernels.projectGradients.launch(
        stream,
        Grid.covering(view.numGaussians(), ProjectGradientsKernel.THREADS),
        view.shDegree(),
        view.camera(),
        buffers.splatPointers(),
        view.gaussians().geometry(),
        view.gaussians().sh(),
        state(view),
        gradients);
  }

  @Override
  public void close() {
    exposures.close();
    forwardPass.close();
  }
}
