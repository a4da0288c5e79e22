package org.splatline.gpu.cuda.kernel;

import org.splatline.gpu.backend.DensifySettings;

/**
 * {@code struct DensifyRules} of densify.cu: when a Gaussian grows or goes.
 *
 * @param growGradient mean norm of the gradient from which a Gaussian grows
 * @param cutGradient where room is short: the gradient of the last Gaussian that may grow
 * @param cutIndex the index of that Gaussian
 * @param cloneMaxScale world units: up to this scale a Gaussian is cloned, above it is split
 * @param pruneScale world units: larger ones are pruned; times max(1, distance from {@code middle}
 *     * inverseExtent)
 * @param middle [3] of the cameras, world units
 * @param inverseExtent of the scene, 1 / world units; 0: {@code pruneScale} holds everywhere
 */
public record DensifyRulesArgument(
    float growGradient,
    float cutGradient,
    int cutIndex,
    float cloneMaxScale,
    float pruneOpacity,
    float pruneScale,
    float[] middle,
    float inverseExtent)
    implements StructArgument {

  public static DensifyRulesArgument of(DensifySettings settings, float cutGradient, int cutIndex) {
    return new DensifyRulesArgument(
        settings.growGradient(),
        cutGradient,
        cutIndex,
        settings.cloneMaxScale(),
        settings.pruneOpacity(),
        settings.pruneScale(),
        new float[] {settings.far().x(), settings.far().y(), settings.far().z()},
        1 / settings.far().extent());
  }

  @Override
  public void write(StructWriter writer) {
    writer
        .and(growGradient)
        .and(cutGradient)
        .and(cutIndex)
        .and(cloneMaxScale)
        .and(pruneOpacity)
        .and(pruneScale)
        .and(middle)
        .and(inverseExtent);
  }
}
