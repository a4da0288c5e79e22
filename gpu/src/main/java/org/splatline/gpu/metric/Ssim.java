package org.splatline.gpu.metric;

import org.splatline.gpu.scene.FloatImage;

/** Structural similarity (Wang et al. 2004), 11x11, σ 1.5, zero-padded. */
public final class Ssim {
  private Ssim() {}

  public static double of(FloatImage rendered, FloatImage reference) {
    throw new UnsupportedOperationException("" + rendered + reference);
  }
}
