package org.splatline.gpu.cuda.kernel;

import org.splatline.gpu.backend.Precision;
import org.splatline.gpu.cuda.device.CudaModule;

/**
 * Every kernel that a model launches, with memory for its arguments. Each model has its own set.
 */
public final class Kernels {
  public final ProjectKernel project;
  public final SortPassKernel sortPass;
  public final SortPassTilesKernel sortPassTiles;
  public final PlaceSplatsKernel placeSplats;
  public final IntersectTilesKernel intersectTiles;
  public final Blending fineBlending;
  public final Blending coarseBlending;
  public final LossOpaqueKernel lossOpaque;
  public final LossOpaqueKernel lossOpaqueMasked;
  public final LossTransparentKernel lossTransparent;
  public final LossTransparentKernel lossTransparentMasked;
  public final UpdateVisibleKernel updateVisible;
  public final UpdateVisibleKernel updateVisibleGathering;
  public final AddGradientsKernel addBands;
  public final AddGradientsKernel addBandsGathering;
  public final AddGradientsKernel addGradients;
  public final AddGradientsKernel addGradientsGathering;
  public final StepBandsKernel stepBands;
  public final StepOthersKernel stepOthers;
  public final UpdateUnseenKernel updateUnseen;
  public final ProjectGradientsKernel projectGradients;
  public final MaskGradientsKernel maskGradients;
  public final UpdateMasksKernel updateMasks;
  public final GrowKeysKernel growKeys;
  public final GrowKeysRaceKernel growKeysRace;
  public final DensifyDecideKernel densifyDecide;
  public final DensifyGeometryKernel densifyGeometry;
  public final DensifyLongAxisKernel densifyLongAxis;
  public final DensifyRowsKernel densifySh;
  public final DensifyRowsKernel densifyGeometryMoments;
  public final DensifyRowsKernel densifyShMoments;
  public final ResetOpacitiesKernel resetOpacities;
  public final ReducePictureKernel reducePicture;
  public final MeanBoundsKernel meanBounds;
  public final MortonCodesKernel mortonCodes;
  public final GatherRowsKernel gatherRows;
  public final BlurPlanesKernel blurPlanes;
  public final ExposePictureKernel exposePicture;
  public final ExposureGradientsKernel exposureGradients;
  public final UpdateExposuresKernel updateExposures;
  public final SignificanceKernel significance;
  public final ErrorOpaqueKernel errorOpaque;
  public final ErrorOpaqueKernel errorOpaqueMasked;
  public final ErrorTransparentKernel errorTransparent;
  public final ErrorTransparentKernel errorTransparentMasked;
  public final ErrorSharesKernel errorShares;
  public final CountDigitsKernel countKeys;
  public final CountDigitsKernel countIndices;

  /**
   * Blending at one patch size.
   *
   * @param segment intersections of a list that one block of the backward pass takes, as in
   *     blend.cu
   * @param count of the same patches
   */
  public record Blending(
      BlendForwardKernel forward,
      BlendBackwardKernel backward,
      int segment,
      CountPairsKernel count) {}

  /**
   * Loads the kernels.
   *
   * @param precision of the model's coefficients and moments
   */
  public Kernels(CudaModule module, Precision precision) {
    project = ProjectKernel.of(module, precision);
    sortPass = new SortPassKernel(module);
    sortPassTiles = new SortPassTilesKernel(module);
    placeSplats = new PlaceSplatsKernel(module);
    intersectTiles = new IntersectTilesKernel(module);
    fineBlending =
        new Blending(
            BlendForwardKernel.fine(module),
            BlendBackwardKernel.fine(module),
            256,
            CountPairsKernel.ofEightRows(module));
    coarseBlending =
        new Blending(
            BlendForwardKernel.coarse(module),
            BlendBackwardKernel.coarse(module),
            128,
            CountPairsKernel.ofFourRows(module));
    lossOpaque = LossOpaqueKernel.of(module);
    lossOpaqueMasked = LossOpaqueKernel.masked(module);
    lossTransparent = LossTransparentKernel.of(module);
    lossTransparentMasked = LossTransparentKernel.masked(module);
    updateVisible = UpdateVisibleKernel.of(module, precision);
    updateVisibleGathering = UpdateVisibleKernel.gathering(module, precision);
    addBands = AddGradientsKernel.ofBands(module, precision);
    addBandsGathering = AddGradientsKernel.ofBandsGathering(module, precision);
    addGradients = AddGradientsKernel.ofAll(module, precision);
    addGradientsGathering = AddGradientsKernel.ofAllGathering(module, precision);
    stepBands = StepBandsKernel.of(module, precision);
    stepOthers = StepOthersKernel.of(module, precision);
    updateUnseen = UpdateUnseenKernel.of(module, precision);
    projectGradients = ProjectGradientsKernel.of(module, precision);
    maskGradients = MaskGradientsKernel.of(module, precision);
    updateMasks = UpdateMasksKernel.of(module, precision);
    growKeys = GrowKeysKernel.of(module, precision);
    growKeysRace = new GrowKeysRaceKernel(module);
    densifyDecide = new DensifyDecideKernel(module);
    densifyGeometry = new DensifyGeometryKernel(module);
    densifyLongAxis = new DensifyLongAxisKernel(module);
    densifySh = DensifyRowsKernel.ofSh(module);
    densifyGeometryMoments = DensifyRowsKernel.ofGeometryMoments(module);
    densifyShMoments = DensifyRowsKernel.ofShMoments(module);
    resetOpacities = new ResetOpacitiesKernel(module);
    reducePicture = new ReducePictureKernel(module);
    meanBounds = new MeanBoundsKernel(module);
    mortonCodes = new MortonCodesKernel(module);
    gatherRows = new GatherRowsKernel(module);
    blurPlanes = new BlurPlanesKernel(module);
    exposePicture = new ExposePictureKernel(module);
    exposureGradients = new ExposureGradientsKernel(module);
    updateExposures = new UpdateExposuresKernel(module);
    significance = new SignificanceKernel(module);
    errorOpaque = ErrorOpaqueKernel.of(module);
    errorOpaqueMasked = ErrorOpaqueKernel.masked(module);
    errorTransparent = ErrorTransparentKernel.of(module);
    errorTransparentMasked = ErrorTransparentKernel.masked(module);
    errorShares = new ErrorSharesKernel(module);
    countKeys = CountDigitsKernel.ofKeys(module);
    countIndices = CountDigitsKernel.ofIndices(module);
  }
}
