package org.splatline.gpu.cuda.kernel;

import org.splatline.gpu.backend.RenderSettings;

/** {@code struct Background} of splat.cuh: the color behind all Gaussians. */
public record BackgroundArgument(float red, float green, float blue) implements StructArgument {

  public static BackgroundArgument of(RenderSettings settings) {
    return new BackgroundArgument(settings.red(), settings.green(), settings.blue());
  }

  @Override
  public void write(StructWriter writer) {
    writer.and(red).and(green).and(blue);
  }
}
