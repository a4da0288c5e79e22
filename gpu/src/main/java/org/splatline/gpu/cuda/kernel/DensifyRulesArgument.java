package org.splatline.gpu.cuda.kernel;

import org.splatline.gpu.backend.DensifySettings;
import org.splatline.gpu.backend.DensifySettings.Split;

/**
 * {@code struct DensifyRules} of densify.cu: when a Gaussian grows or goes.
 *
 * @param cutKey where room is short: the key of the last Gaussian that may grow
 * @param cutIndex the index of that Gaussian
 * @param cloneMaxScale world units: up to this scale a Gaussian is cloned, above it is split;
 *     negative: none is cloned
 */
public record DensifyRulesArgument(float cutKey, int cutIndex, float cloneMaxScale)
    implements StructArgument {

  public static DensifyRulesArgument of(DensifySettings settings, float cutKey, int cutIndex) {
    boolean clones = settings.split().kind() == Split.Kind.RANDOM;
    return new DensifyRulesArgument(
        cutKey, cutIndex, clones ? settings.split().cloneMaxScale() : -1);
  }

  @Override
  public void write(StructWriter writer) {
    writer.and(cutKey).and(cutIndex).and(cloneMaxScale);
  }
}
