package org.splatline.gpu.train;

import org.splatline.gpu.picture.AreaFilter;
import org.splatline.gpu.picture.Picture;
import org.splatline.gpu.scene.Camera;
import org.splatline.gpu.scene.Intrinsics;
import org.splatline.gpu.scene.View;

/** Sizes of pictures: they are reduced by {@code image.reduce}, then by the phase. */
public final class TargetSizes {
  /** Shortest side in any phase, px. SSIM's window does not fit into much smaller pictures. */
  static final int MIN_SIDE = 32;

  private TargetSizes() {}

  /** The camera of a picture that is reduced by {@code image.reduce}. */
  public static Camera reduced(Camera camera, ImageConfig image) {
    Intrinsics full = camera.intrinsics();
    return camera.resized(image.reducedSide(full.width()), image.reducedSide(full.height()));
  }

  /** A view's full photograph, with its ignored pixels. */
  private static Picture picture(View view, ImageConfig image) {
    Picture picture = view.picture();
    return switch (image.alpha()) {
      case COMPOSITE -> picture;
      case MASK -> picture.transparentIgnored();
    };
  }

  /** The photograph in the {@link #reduced} size. */
  static Picture reducedPicture(View view, ImageConfig image) {
    Intrinsics size = reduced(view.camera(), image).intrinsics();
    return AreaFilter.reduce(picture(view, image), size.width(), size.height());
  }

  /** A reduced camera in a phase. Both sides keep at least 32 px if the picture has as many. */
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
