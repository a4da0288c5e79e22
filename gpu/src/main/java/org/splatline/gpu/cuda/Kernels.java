package org.splatline.gpu.cuda;

/** Every kernel a trainer launches, with its arguments' memory: one set a trainer. */
final class Kernels {
  final ProjectKernel project;
  final SortPassKernel sortPass;
  final PlaceSplatsKernel placeSplats;
  final IntersectTilesKernel intersectTiles;
  final TileRangesKernel tileRanges;
  final BlendForwardKernel blendForward;
  final BlendForwardCoarseKernel blendForwardCoarse;
  final LossOpaqueKernel lossOpaque;
  final LossTransparentKernel lossTransparent;
  final BlendBackwardKernel blendBackward;
  final BlendBackwardCoarseKernel blendBackwardCoarse;
  final UpdateVisibleKernel updateVisible;
  final UpdateUnseenKernel updateUnseen;
  final ProjectGradientsKernel projectGradients;
  final DensifyDecideKernel densifyDecide;
  final DensifyGeometryKernel densifyGeometry;
  final DensifyShKernel densifySh;
  final DensifyGeometryMomentsKernel densifyGeometryMoments;
  final DensifyShMomentsKernel densifyShMoments;
  final ResetOpacitiesKernel resetOpacities;
  final ReducePictureKernel reducePicture;

  Kernels(CudaModule module) {
    project = new ProjectKernel(module);
    sortPass = new SortPassKernel(module);
    placeSplats = new PlaceSplatsKernel(module);
    intersectTiles = new IntersectTilesKernel(module);
    tileRanges = new TileRangesKernel(module);
    blendForward = new BlendForwardKernel(module);
    blendForwardCoarse = new BlendForwardCoarseKernel(module);
    lossOpaque = new LossOpaqueKernel(module);
    lossTransparent = new LossTransparentKernel(module);
    blendBackward = new BlendBackwardKernel(module);
    blendBackwardCoarse = new BlendBackwardCoarseKernel(module);
    updateVisible = new UpdateVisibleKernel(module);
    updateUnseen = new UpdateUnseenKernel(module);
    projectGradients = new ProjectGradientsKernel(module);
    densifyDecide = new DensifyDecideKernel(module);
    densifyGeometry = new DensifyGeometryKernel(module);
    densifySh = new DensifyShKernel(module);
    densifyGeometryMoments = new DensifyGeometryMomentsKernel(module);
    densifyShMoments = new DensifyShMomentsKernel(module);
    resetOpacities = new ResetOpacitiesKernel(module);
    reducePicture = new ReducePictureKernel(module);
  }
}
