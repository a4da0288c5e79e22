package org.splatline.gpu.metric;

import org.splatline.gpu.scene.FloatImage;

/** Peak signal-to-noise ratio, dB, peak 1. */
public final class Psnr {
  private Psnr() {}

  /** Over all pixels and channels; {@code rendered} is clamped to [0, 1]; at most 100 dB. */
  public static double of(FloatImage rendered, FloatImage reference) {
    throw new UnsupportedOperationException("" + rendered + reference);
  }
}
