package org.splatline.gpu.cuda;

/** Every kernel a trainer launches, with its arguments' memory: one set a trainer. */
final class Kernels {
  final ProjectKernel project;
  final SortPassKernel sortPass;
  final PlaceSplatsKernel placeSplats;
  final IntersectTilesKernel intersectTiles;
  final TileRangesKernel tileRanges;
  final Blending fineBlending;
  final Blending coarseBlending;
  final LossOpaqueKernel lossOpaque;
  final LossTransparentKernel lossTransparent;
  final LossMaskedKernel lossMasked;
  final UpdateVisibleKernel updateVisible;
  final UpdateUnseenKernel updateUnseen;
  final ProjectGradientsKernel projectGradients;
  final MaskGradientsKernel maskGradients;
  final UpdateMasksKernel updateMasks;
  final DensifyDecideKernel densifyDecide;
  final DensifyGeometryKernel densifyGeometry;
  final DensifyRowsKernel densifySh;
  final DensifyRowsKernel densifyGeometryMoments;
  final DensifyRowsKernel densifyShMoments;
  final ResetOpacitiesKernel resetOpacities;
  final ReducePictureKernel reducePicture;
  final MeanBoundsKernel meanBounds;
  final MortonCodesKernel mortonCodes;
  final GatherRowsKernel gatherRows;
  final BlurPlanesKernel blurPlanes;
  final SignificanceKernel significance;

  /**
   * Blending at one patch size.
   *
   * @param segment intersections of a list that one block of the backward pass takes, as in
   *     blend.cu
   * @param countForward of the forward pass's patches
   * @param countBackward of the backward pass's patches
   */
  record Blending(
      BlendForwardKernel forward,
      BlendBackwardKernel backward,
      int segment,
      CountPairsKernel countForward,
      CountPairsKernel countBackward) {}

  Kernels(CudaModule module) {
    project = new ProjectKernel(module);
    sortPass = new SortPassKernel(module);
    placeSplats = new PlaceSplatsKernel(module);
    intersectTiles = new IntersectTilesKernel(module);
    tileRanges = new TileRangesKernel(module);
    fineBlending =
        new Blending(
            BlendForwardKernel.fine(module),
            BlendBackwardKernel.fine(module),
            256,
            CountPairsKernel.ofEightRows(module),
            CountPairsKernel.ofSixteenRows(module));
    coarseBlending =
        new Blending(
            BlendForwardKernel.coarse(module),
            BlendBackwardKernel.coarse(module),
            128,
            CountPairsKernel.ofFourRows(module),
            CountPairsKernel.ofFourRows(module));
    lossOpaque = new LossOpaqueKernel(module);
    lossTransparent = new LossTransparentKernel(module);
    lossMasked = new LossMaskedKernel(module);
    updateVisible = new UpdateVisibleKernel(module);
    updateUnseen = new UpdateUnseenKernel(module);
    projectGradients = new ProjectGradientsKernel(module);
    maskGradients = new MaskGradientsKernel(module);
    updateMasks = new UpdateMasksKernel(module);
    densifyDecide = new DensifyDecideKernel(module);
    densifyGeometry = new DensifyGeometryKernel(module);
    densifySh = DensifyRowsKernel.ofSh(module);
    densifyGeometryMoments = DensifyRowsKernel.ofGeometryMoments(module);
    densifyShMoments = DensifyRowsKernel.ofShMoments(module);
    resetOpacities = new ResetOpacitiesKernel(module);
    reducePicture = new ReducePictureKernel(module);
    meanBounds = new MeanBoundsKernel(module);
    mortonCodes = new MortonCodesKernel(module);
    gatherRows = new GatherRowsKernel(module);
    blurPlanes = new BlurPlanesKernel(module);
    significance = new SignificanceKernel(module);
  }
}
