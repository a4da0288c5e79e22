package org.splatline.gpu.cuda;

import java.util.List;
import org.splatline.gpu.backend.AdamSettings;
import org.splatline.gpu.backend.MaskSettings;
import org.splatline.gpu.backend.RenderSettings;
import org.splatline.gpu.backend.StepSettings;
import org.splatline.gpu.cuda.GaussianArrays.Part;

/**
 * A view's work on the device, launched in order and never waited for: {@code project → sort by
 * depth → intersect → sort by tile → ranges → blend → loss → blend backward → update}.
 */
final class ViewPipeline implements AutoCloseable {
  /** Below so many tiles a GPU of a hundred multiprocessors isn't filled by one block a tile. */
  private static final int COARSE_TILES = 1024;

  static final int FIRST_INTERSECTIONS = 1 << 20;

  private final Kernels kernels;
  private final DeviceStream stream;
  private final PictureLoss loss;
  private final ViewBuffers buffers;
  private int intersections = FIRST_INTERSECTIONS;

  ViewPipeline(MemoryAccount account, Kernels kernels, DeviceStream stream) {
    this.kernels = kernels;
    this.stream = stream;
    this.loss = new PictureLoss(kernels, stream);
    this.buffers = new ViewBuffers(account);
  }

  ViewBuffers buffers() {
    return buffers;
  }

  /** One view being worked on. */
  record View(
      GaussianArrays gaussians,
      int numGaussians,
      CameraArgument camera,
      RenderSettings settings,
      int shDegree,
      Progress progress) {}

  /** From here on room for so many intersections and a quarter more. */
  void expectIntersections(int needed) {
    intersections = (int) Math.min(Integer.MAX_VALUE / 2, Math.max(intersections, needed * 5L / 4));
  }

  private ControlLayout reserve(View view) {
    buffers.reserve(
        Math.max(1, view.numGaussians()),
        intersections,
        view.camera().plane(),
        view.camera().tiles());
    return buffers.layout(Math.max(1, view.numGaussians()), view.camera().tiles());
  }

  /** Renders into the buffers' image. */
  void forward(View view) {
    ControlLayout layout = reserve(view);
    stream.clear(buffers.control, layout.bytesToClear());
    project(view, layout);
    sortByDepth(view, layout);
    intersect(view, layout);
    int sorted = sortByTile(view, layout);
    findRanges(view, layout, sorted);
    blend(view, layout, sorted);
  }

  /** Renders, compares and differentiates: leaves gradients of splats. */
  void differentiate(View view, TargetImages.Image target, float ssimWeight, int slot) {
    forward(view);
    loss.compare(buffers, target, view.settings(), ssimWeight, view.progress(), slot);
    blendBackward(view, reserve(view));
  }

  /** One training step. */
  void step(View view, TargetImages.Image target, StepSettings settings, int slot) {
    differentiate(view, target, settings.ssimWeight(), slot);
    boolean moveMasks = view.gaussians().masked() && !settings.masks().isNone();
    if (moveMasks) {
      writeMaskGradients(view);
    }
    update(view, settings);
    if (moveMasks) {
      updateMasks(view, settings);
    }
  }

  private void project(View view, ControlLayout layout) {
    kernels.project.launch(
        stream,
        Grid.covering(view.numGaussians(), ProjectKernel.THREADS),
        view.numGaussians(),
        view.shDegree(),
        view.gaussians().half(),
        view.camera(),
        view.gaussians().address(Part.GEOMETRY),
        view.gaussians().address(Part.SH),
        buffers.splats.address(),
        buffers.splatGradients.address(),
        buffers.gaussianIndices.address(),
        buffers.tileCounts.address(),
        buffers.depthKeys[0].address(),
        buffers.order[0].address(),
        layout.depthHistogram(0),
        layout.projectChain(),
        layout.counts(),
        view.progress().address());
  }

  /** Three passes: the result is in the second of each pair of buffers. */
  private void sortByDepth(View view, ControlLayout layout) {
    for (int pass = 0; pass < 3; pass++) {
      int from = pass % 2;
      kernels.sortPass.launch(
          stream,
          layout.depthGrid(),
          pass * ControlLayout.DEPTH_BITS,
          ControlLayout.DEPTH_BITS,
          2 + pass,
          layout.visibleCount(),
          layout.depthHistogram(pass),
          buffers.depthKeys[from].address(),
          buffers.order[from].address(),
          buffers.depthKeys[1 - from].address(),
          buffers.order[1 - from].address(),
          layout.depthChain(pass),
          layout.counts(),
          view.progress().address());
    }
  }

  private void intersect(View view, ControlLayout layout) {
    DeviceMemory places = buffers.depthKeys[0]; // free again after the depth sort
    kernels.placeSplats.launch(
        stream,
        Grid.covering(view.numGaussians(), PlaceSplatsKernel.THREADS),
        buffers.intersectionCapacity(),
        buffers.tileCounts.address(),
        buffers.order[1].address(),
        places.address(),
        layout.intersectChain(),
        layout.counts(),
        view.progress().address());
    kernels.intersectTiles.launch(
        stream,
        Grid.blocks(
            Math.max(
                Grid.covering(view.numGaussians(), IntersectTilesKernel.THREADS).x(),
                IntersectTilesKernel.LEAST_BLOCKS)),
        view.camera().tilesX(),
        view.camera().tilesY(),
        layout.lowBits(),
        layout.highBits(),
        buffers.splats.address(),
        buffers.tileCounts.address(),
        buffers.order[1].address(),
        places.address(),
        layout.counts(),
        view.progress().address(),
        buffers.tiles[0].address(),
        buffers.splatIndices[0].address(),
        layout.tileHistogram(0));
  }

  /** Which of the pairs of buffers holds the result. */
  private int sortByTile(View view, ControlLayout layout) {
    int passes = layout.highBits() > 0 ? 2 : 1;
    for (int pass = 0; pass < passes; pass++) {
      kernels.sortPass.launch(
          stream,
          layout.tileGrid(),
          pass == 0 ? 0 : layout.lowBits(),
          pass == 0 ? layout.lowBits() : layout.highBits(),
          5 + pass,
          layout.intersectionCount(),
          layout.tileHistogram(pass),
          buffers.tiles[pass].address(),
          buffers.splatIndices[pass].address(),
          buffers.tiles[1 - pass].address(),
          buffers.splatIndices[1 - pass].address(),
          layout.tileChain(pass),
          layout.counts(),
          view.progress().address());
    }
    return passes % 2;
  }

  private void findRanges(View view, ControlLayout layout, int sorted) {
    kernels.tileRanges.launch(
        stream,
        Grid.covering(Math.min(buffers.intersectionCapacity(), 1 << 20), TileRangesKernel.THREADS),
        buffers.tiles[sorted].address(),
        layout.ranges(),
        layout.counts(),
        view.progress().address());
  }

  /** Which of the pairs of buffers holds the lists. */
  private static int sorted(ControlLayout layout) {
    return layout.highBits() > 0 ? 0 : 1;
  }

  private Kernels.Blending blending(CameraArgument camera) {
    return camera.tiles() < COARSE_TILES ? kernels.coarseBlending : kernels.fineBlending;
  }

  private void blend(View view, ControlLayout layout, int sorted) {
    CameraArgument camera = view.camera();
    RenderSettings settings = view.settings();
    blending(camera)
        .forward()
        .launch(
            stream,
            Grid.blocks(camera.tiles()),
            camera.width(),
            camera.height(),
            camera.tilesX(),
            camera.pitch(),
            camera.plane(),
            settings.red(),
            settings.green(),
            settings.blue(),
            layout.ranges(),
            buffers.splatIndices[sorted].address(),
            buffers.splats.address(),
            view.progress().address(),
            buffers.image.address(),
            layout.owners(),
            buffers.checkpoints.address());
  }

  private void blendBackward(View view, ControlLayout layout) {
    CameraArgument camera = view.camera();
    Kernels.Blending blending = blending(camera);
    int sorted = sorted(layout);
    blending
        .backward()
        .launch(
            stream,
            layout.backwardGrid(camera.tiles(), blending.segment()),
            camera.width(),
            camera.height(),
            camera.tilesX(),
            camera.tiles(),
            camera.pitch(),
            camera.plane(),
            layout.ranges(),
            buffers.splatIndices[sorted].address(),
            buffers.splats.address(),
            buffers.image.address(),
            buffers.imageGradient.address(),
            layout.owners(),
            buffers.checkpoints.address(),
            view.progress().address(),
            buffers.splatGradients.address());
  }

  /**
   * After {@link #forward}: adds the pairs of blending forward, then backward, to {@code counts}.
   */
  void countPairs(View view, DeviceMemory counts) {
    CameraArgument camera = view.camera();
    ControlLayout layout = reserve(view);
    int sorted = sorted(layout);
    Kernels.Blending blending = blending(camera);
    List<CountPairsKernel> kernelOf = List.of(blending.countForward(), blending.countBackward());
    for (int i = 0; i < 2; i++) {
      kernelOf
          .get(i)
          .launch(
              stream,
              Grid.blocks(camera.tiles()),
              camera.width(),
              camera.height(),
              camera.tilesX(),
              layout.ranges(),
              buffers.splatIndices[sorted].address(),
              buffers.splats.address(),
              counts.address((long) i * PairCounts.BYTES));
    }
  }

  /** After {@link #forward}: adds what each Gaussian shows of itself to {@code shown}, [N]. */
  void score(View view, DeviceMemory shown) {
    CameraArgument camera = view.camera();
    ControlLayout layout = reserve(view);
    kernels.significance.launch(
        stream,
        Grid.blocks(camera.tiles()),
        camera.width(),
        camera.height(),
        camera.tilesX(),
        layout.ranges(),
        buffers.splatIndices[sorted(layout)].address(),
        buffers.splats.address(),
        buffers.gaussianIndices.address(),
        view.progress().address(),
        shown.address());
  }

  private void update(View view, StepSettings settings) {
    GaussianArrays g = view.gaussians();
    AdamArgument adam = new AdamArgument(settings.adam(), settings.step());
    if (settings.adam().update() == AdamSettings.Update.ALL) {
      kernels.updateUnseen.launch(
          stream,
          Grid.covering(view.numGaussians(), UpdateUnseenKernel.THREADS),
          view.numGaussians(),
          g.half(),
          adam,
          buffers.gaussianIndices.address(),
          buffers.control.address(),
          view.progress().address(),
          g.address(Part.GEOMETRY),
          g.address(Part.GEOMETRY_FIRST),
          g.address(Part.GEOMETRY_SECOND),
          g.address(Part.SH),
          g.address(Part.SH_FIRST),
          g.address(Part.SH_SECOND));
    }
    kernels.updateVisible.launch(
        stream,
        Grid.covering(view.numGaussians(), UpdateVisibleKernel.THREADS),
        view.shDegree(),
        g.half(),
        settings.densifying() ? 1f : 0f,
        view.camera(),
        adam,
        buffers.gaussianIndices.address(),
        buffers.splats.address(),
        buffers.splatGradients.address(),
        buffers.control.address(),
        g.address(Part.GEOMETRY),
        g.address(Part.GEOMETRY_FIRST),
        g.address(Part.GEOMETRY_SECOND),
        g.address(Part.SH),
        g.address(Part.SH_FIRST),
        g.address(Part.SH_SECOND),
        view.progress().address());
  }

  private void updateMasks(View view, StepSettings settings) {
    GaussianArrays g = view.gaussians();
    MaskSettings masks = settings.masks();
    kernels.updateMasks.launch(
        stream,
        Grid.covering(view.numGaussians(), UpdateMasksKernel.THREADS),
        view.numGaussians(),
        view.shDegree(),
        g.half(),
        AdamArgument.rate(masks.volumeRate(), settings.adam(), settings.step()),
        AdamArgument.rate(masks.bandRate(), settings.adam(), settings.step()),
        masks.volumeWeight() / view.numGaussians(),
        masks.bandWeight() / view.numGaussians(),
        masks.logitLimit(),
        new AdamArgument(settings.adam(), settings.step()),
        g.address(Part.MASKS_GRADIENT),
        view.progress().address(),
        g.address(Part.MASKS),
        g.address(Part.MASKS_FIRST),
        g.address(Part.MASKS_SECOND),
        g.address(Part.GEOMETRY),
        g.address(Part.GEOMETRY_FIRST),
        g.address(Part.GEOMETRY_SECOND),
        g.address(Part.SH),
        g.address(Part.SH_FIRST),
        g.address(Part.SH_SECOND));
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
        g.half(),
        view.camera(),
        buffers.gaussianIndices.address(),
        buffers.splats.address(),
        buffers.splatGradients.address(),
        g.address(Part.GEOMETRY),
        g.address(Part.SH),
        g.address(Part.MASKS),
        buffers.control.address(),
        view.progress().address(),
        g.address(Part.MASKS_GRADIENT));
  }

  /** Writes gradients of the parameters after {@link #differentiate}; unseen rows are left. */
  void writeGradients(View view, DeviceMemory geometry, DeviceMemory sh, DeviceMemory means2d) {
    kernels.projectGradients.launch(
        stream,
        Grid.covering(view.numGaussians(), ProjectGradientsKernel.THREADS),
        view.shDegree(),
        view.gaussians().half(),
        view.camera(),
        buffers.gaussianIndices.address(),
        buffers.splats.address(),
        buffers.splatGradients.address(),
        view.gaussians().address(Part.GEOMETRY),
        view.gaussians().address(Part.SH),
        buffers.control.address(),
        view.progress().address(),
        geometry.address(),
        sh.address(),
        means2d.address());
  }

  @Override
  public void close() {
    buffers.close();
  }
}
