package org.splatline.gpu.cuda.kernel;

import org.splatline.gpu.backend.DensifySettings;

/**
 * {@code struct GrowRules} of grow.cu: who may grow.
 *
 * @param gradient mean norm of the gradient from which a Gaussian may grow
 * @param prunesFirst 1: Gaussians that would be pruned do not grow
 */
public record GrowRulesArgument(float gradient, int prunesFirst) implements StructArgument {

  public static GrowRulesArgument of(DensifySettings settings) {
    return new GrowRulesArgument(settings.growth().gradient(), settings.prunesFirst() ? 1 : 0);
  }

  @Override
  public void write(StructWriter writer) {
    writer.and(gradient).and(prunesFirst);
  }
}
