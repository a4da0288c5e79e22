package org.splatline.gpu.cuda;

import org.splatline.gpu.backend.SplatConstants;
import org.splatline.gpu.cuda.device.DeviceStream;
import org.splatline.gpu.cuda.device.MemoryAccount;
import org.splatline.gpu.cuda.kernel.BackgroundArgument;
import org.splatline.gpu.cuda.kernel.CameraArgument;
import org.splatline.gpu.cuda.kernel.CheckpointPointers;
import org.splatline.gpu.cuda.kernel.DepthPointers;
import org.splatline.gpu.cuda.kernel.Grid;
import org.splatline.gpu.cuda.kernel.IntersectTilesKernel;
import org.splatline.gpu.cuda.kernel.Kernels;
import org.splatline.gpu.cuda.kernel.ListPointers;
import org.splatline.gpu.cuda.kernel.PairPointers;
import org.splatline.gpu.cuda.kernel.PlacePointers;
import org.splatline.gpu.cuda.kernel.PlaceSplatsKernel;
import org.splatline.gpu.cuda.kernel.ProjectKernel;
import org.splatline.gpu.cuda.kernel.SortPointers;
import org.splatline.gpu.cuda.kernel.StatePointers;
import org.splatline.gpu.verdict.SceneException;

/**
 * Renders a view into its own buffers, in two parts: {@code project → sort by depth → intersect →
 * sort by tile} arranges each tile's splats, then they are blended. The host does not wait.
 */
final class ForwardPass implements AutoCloseable {
  static final int FIRST_INTERSECTIONS = 1 << 20;

  private final Kernels kernels;
  private final ViewBuffers buffers;
  private int intersections = FIRST_INTERSECTIONS;
  private int numGaussians; // of the last view

  ForwardPass(MemoryAccount account, Kernels kernels) {
    this.kernels = kernels;
    this.buffers = new ViewBuffers(account);
  }

  ViewBuffers buffers() {
    return buffers;
  }

  /** Room for intersections, from the first view on. */
  int intersections() {
    return intersections;
  }

  /**
   * Makes room for this many intersections and a quarter more from now on. Throws {@link
   * SceneException} if they are more than a view may have.
   */
  void expectIntersections(int needed) {
    SplatConstants.checkIntersections(needed, numGaussians);
    makeRoomFor((int) Math.min(SplatConstants.INTERSECTIONS_MAX, needed * 5L / 4));
  }

  /** Makes room for this many intersections from now on. */
  void makeRoomFor(int room) {
    intersections = Math.max(intersections, room);
  }

  /** Makes room for a view. The device must be idle if there is none. */
  ControlLayout reserve(ViewPipeline.View view) {
    numGaussians = view.numGaussians();
    buffers.reserve(
        Math.max(1, view.numGaussians()),
        intersections,
        view.camera().plane(),
        view.camera().tiles());
    return buffers.layout(Math.max(1, view.numGaussians()), view.camera().tiles());
  }

  /**
   * Makes room for this many Gaussians, beside all else that views have needed. If there is none,
   * throws, and the next view makes what room it needs. The device must be idle.
   */
  void reserve(int gaussians) {
    buffers.reserve(gaussians, intersections, 0, 0);
  }

  /** Projects Gaussians, and lists each tile's splats near to far. */
  void arrange(ViewPipeline.View view, DeviceStream stream) {
    ControlLayout layout = reserve(view);
    stream.clear(buffers.control, layout.bytesToClear());
    project(view, layout, stream);
    sortByDepth(view, layout, stream);
    intersect(view, layout, stream);
    sortByTile(view, layout, stream);
  }

  private static StatePointers state(ViewPipeline.View view, ControlLayout layout) {
    return new StatePointers(layout.counts(), view.progress());
  }

  private void project(ViewPipeline.View view, ControlLayout layout, DeviceStream stream) {
    kernels.project.launch(
        stream,
        Grid.covering(view.numGaussians(), ProjectKernel.THREADS),
        view.numGaussians(),
        view.shDegree(),
        view.camera(),
        view.gaussians().geometry(),
        view.gaussians().sh(),
        buffers.splatPointers(),
        new DepthPointers(buffers.depthKeys[0], buffers.order[0], layout.depthHistogram(0)),
        layout.projectChain(),
        state(view, layout));
  }

  /** Sorts in three passes. The result is in the second of each pair of buffers. */
  private void sortByDepth(ViewPipeline.View view, ControlLayout layout, DeviceStream stream) {
    for (int pass = 0; pass < ControlLayout.DEPTH_PASSES; pass++) {
      int from = pass % 2;
      kernels.sortPass.launch(
          stream,
          layout.depthGrid(),
          pass * ControlLayout.DEPTH_BITS,
          ControlLayout.DEPTH_BITS,
          2 + pass,
          new SortPointers(
              layout.visibleCount(),
              layout.depthHistogram(pass),
              buffers.depthKeys[from],
              buffers.order[from],
              buffers.depthKeys[1 - from],
              buffers.order[1 - from],
              layout.depthChain(pass)),
          state(view, layout));
    }
  }

  private void intersect(ViewPipeline.View view, ControlLayout layout, DeviceStream stream) {
    PlacePointers places =
        new PlacePointers(
            buffers.order[1],
            buffers.depthKeys[0], // free again after the depth sort
            layout.intersectChain());
    kernels.placeSplats.launch(
        stream,
        Grid.covering(view.numGaussians(), PlaceSplatsKernel.THREADS),
        buffers.intersectionCapacity(),
        buffers.splatPointers(),
        places,
        state(view, layout));
    kernels.intersectTiles.launch(
        stream,
        Grid.blocks(
            Math.max(
                Grid.covering(view.numGaussians(), IntersectTilesKernel.THREADS).x(),
                IntersectTilesKernel.MIN_BLOCKS)),
        view.camera().frame(),
        layout.lowBits(),
        layout.highBits(),
        buffers.splatPointers(),
        places,
        state(view, layout),
        new PairPointers(buffers.tiles[0], buffers.splatIndices[0], layout.tileHistogram(0)));
  }

  /** Sorts in one pass or two. {@link #sorted} says which buffer holds the sorted lists. */
  private void sortByTile(ViewPipeline.View view, ControlLayout layout, DeviceStream stream) {
    int last = layout.highBits() > 0 ? 1 : 0;
    if (last > 0) {
      kernels.sortPass.launch(
          stream,
          layout.tileGrid(),
          0,
          layout.lowBits(),
          5,
          tilePass(layout, 0),
          state(view, layout));
    }
    kernels.sortPassTiles.launch(
        stream,
        layout.tileGrid(),
        last > 0 ? layout.lowBits() : 0,
        last > 0 ? layout.highBits() : layout.lowBits(),
        6,
        tilePass(layout, last),
        layout.ranges(),
        state(view, layout));
  }

  private SortPointers tilePass(ControlLayout layout, int pass) {
    return new SortPointers(
        layout.intersectionCount(),
        layout.tileHistogram(pass),
        buffers.tiles[pass],
        buffers.splatIndices[pass],
        buffers.tiles[1 - pass],
        buffers.splatIndices[1 - pass],
        layout.tileChain(pass));
  }

  /** Which of the two buffers of splat indices holds the sorted lists. */
  private static int sorted(ControlLayout layout) {
    return layout.highBits() > 0 ? 0 : 1;
  }

  /** The kernels that blend pictures of this size. */
  Kernels.Blending blending(CameraArgument camera) {
    return ControlLayout.isCoarse(camera.tiles()) ? kernels.coarseBlending : kernels.fineBlending;
  }

  /** Each tile's splats after {@link #arrange}. */
  ListPointers lists(ControlLayout layout) {
    return new ListPointers(layout.ranges(), buffers.splatIndices[sorted(layout)], buffers.splats);
  }

  CheckpointPointers checkpoints(ControlLayout layout) {
    return new CheckpointPointers(layout.owners(), buffers.checkpoints);
  }

  /** After {@link #arrange}: blends each tile's splats into the buffers' image. */
  void blend(ViewPipeline.View view, DeviceStream stream) {
    ControlLayout layout = reserve(view);
    blending(view.camera())
        .forward()
        .launch(
            stream,
            Grid.blocks(view.camera().tiles()),
            view.camera().frame(),
            BackgroundArgument.of(view.settings()),
            lists(layout),
            view.progress(),
            buffers.picture(),
            checkpoints(layout));
  }

  @Override
  public void close() {
    buffers.close();
  }
}
