package org.splatline.gpu.train;

import java.util.List;
import java.util.Locale;
import org.splatline.gpu.backend.SplatConstants;
import org.splatline.gpu.scene.Intrinsics;
import org.splatline.gpu.scene.Scene;
import org.splatline.gpu.scene.View;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;

/**
 * The largest picture that a model is trained or evaluated at: {@link SplatConstants#TILES_MAX}.
 */
final class PictureLimit {
  private static final double REDUCE_STEP = 0.1;

  private PictureLimit() {}

  /** Throws {@link SceneException} TOO_LARGE if a picture has too many tiles after reduction. */
  static void check(Scene scene, ImageConfig image) {
    for (List<View> views : List.of(scene.trainViews(), scene.testViews())) {
      for (View view : views) {
        check(scene.id(), view, image);
      }
    }
  }

  private static void check(String scene, View view, ImageConfig image) {
    Intrinsics size = TargetSizes.reduced(view.camera(), image).intrinsics();
    if (isTooLarge(size.width(), size.height())) {
      throw new SceneException(
          Verdict.TOO_LARGE,
          String.format(
              Locale.ROOT,
              "Cannot use scene %s: its picture %s has %d x %d px with image.reduce %s, which are %,d tiles of %d x %d px, and a model is trained on at most %,d (67 megapixels). Set image.reduce to %.1f or more",
              scene,
              view.name(),
              size.width(),
              size.height(),
              image.reduce(),
              SplatConstants.tiles(size.width(), size.height()),
              SplatConstants.TILE_SIZE,
              SplatConstants.TILE_SIZE,
              SplatConstants.TILES_MAX,
              leastReduce(view.camera().intrinsics(), image)));
    }
  }

  private static boolean isTooLarge(int width, int height) {
    return SplatConstants.tiles(width, height) > SplatConstants.TILES_MAX;
  }

  /** In steps of a tenth. */
  private static double leastReduce(Intrinsics full, ImageConfig image) {
    double reduce = Math.ceil(image.reduce() / REDUCE_STEP) * REDUCE_STEP;
    while (isTooLarge(
        (int) Math.round(full.width() / reduce), (int) Math.round(full.height() / reduce))) {
      reduce += REDUCE_STEP;
    }
    return reduce;
  }
}
