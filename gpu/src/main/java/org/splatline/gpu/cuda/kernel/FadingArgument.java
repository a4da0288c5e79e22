package org.splatline.gpu.cuda.kernel;

import org.splatline.gpu.backend.DensifySettings;

/** {@code struct Fading} of grow.cuh: an opacity o becomes min(decay · o, limit). */
public record FadingArgument(float decay, float limit) implements StructArgument {

  public static FadingArgument of(DensifySettings.Fading fading) {
    return new FadingArgument(fading.decay(), fading.limit());
  }

  @Override
  public void write(StructWriter writer) {
    writer.and(decay).and(limit);
  }
}
