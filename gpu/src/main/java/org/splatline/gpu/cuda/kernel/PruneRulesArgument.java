package org.splatline.gpu.cuda.kernel;

import org.splatline.gpu.backend.DensifySettings;
import org.splatline.gpu.backend.FarLimits;

/**
 * {@code struct PruneRules} of grow.cuh: what a densification prunes.
 *
 * @param opacity Gaussians of a lower opacity are pruned
 * @param scale world units; larger ones are pruned; times max(1, distance from {@code middle} *
 *     inverseExtent)
 * @param middle [3] of the cameras, world units
 * @param inverseExtent of the scene, 1 / world units; 0: {@code scale} holds everywhere
 */
public record PruneRulesArgument(float opacity, float scale, float[] middle, float inverseExtent)
    implements StructArgument {

  public static PruneRulesArgument of(DensifySettings settings) {
    FarLimits far = settings.far();
    return new PruneRulesArgument(
        settings.pruneOpacity(),
        settings.pruneScale(),
        new float[] {far.x(), far.y(), far.z()},
        1 / far.extent());
  }

  @Override
  public void write(StructWriter writer) {
    writer.and(opacity).and(scale).and(middle).and(inverseExtent);
  }
}
