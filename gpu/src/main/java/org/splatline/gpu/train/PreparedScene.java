package org.splatline.gpu.train;

import java.util.List;
import java.util.concurrent.ForkJoinPool;
import org.splatline.gpu.backend.Target;
import org.splatline.gpu.scene.Scene;
import org.splatline.gpu.scene.View;
import org.splatline.gpu.verdict.SceneException;

/**
 * A scene whose training pictures are read and reduced: all that a training needs of the disk, so
 * that it can be made ready while another one trains.
 *
 * @param targets one a training view, in their order
 */
public record PreparedScene(Scene scene, List<Target> targets) {
  /** Of full pictures in memory at a time: a photograph of 45 MP takes 135 MB. */
  private static final int MOST_AT_A_TIME = 8;

  public PreparedScene {
    targets = List.copyOf(targets);
  }

  /** Reads the pictures. Throws {@link SceneException} when one can't be read. */
  public static PreparedScene of(Scene scene, TrainConfig config) {
    int threads = Math.min(MOST_AT_A_TIME, Runtime.getRuntime().availableProcessors());
    ForkJoinPool pool = new ForkJoinPool(threads);
    try {
      return new PreparedScene(
          scene,
          pool.submit(
                  () ->
                      scene.trainViews().parallelStream()
                          .map(view -> target(view, config.image()))
                          .toList())
              .join());
    } finally {
      pool.shutdown();
    }
  }

  private static Target target(View view, ImageConfig image) {
    return new Target(
        TargetSizes.reduced(view.camera(), image), TargetSizes.reducedPicture(view, image));
  }
}
