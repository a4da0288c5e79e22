package org.splatline.gpu.train;

import org.splatline.gpu.scene.Camera;
import org.splatline.gpu.scene.Intrinsics;

/** Sizes of pictures: reduced by {@code image.reduce}, then by the phase. */
final class TargetSizes {
  /** No phase goes below this side, px: a picture smaller than SSIM's window teaches nothing. */
  static final int MIN_SIDE = 32;

  private TargetSizes() {}

  /** The camera of the picture reduced by {@code image.reduce}. */
  static Camera reduced(Camera camera, ImageConfig image) {
    Intrinsics full = camera.intrinsics();
    return camera.resized(image.reducedSide(full.width()), image.reducedSide(full.height()));
  }

  /** A reduced camera in a phase; both sides keep at least 32 px where the picture has them. */
  static Camera inPhase(Camera reduced, double scale) {
    Intrinsics full = reduced.intrinsics();
    double least = (double) MIN_SIDE / Math.min(full.width(), full.height());
    double factor = Math.min(1, Math.max(scale, least));
    return reduced.resized(side(full.width(), factor), side(full.height(), factor));
  }

  private static int side(int full, double factor) {
    return (int) Math.max(1, Math.round(full * factor));
  }
}
