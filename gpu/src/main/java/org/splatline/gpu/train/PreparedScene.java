package org.splatline.gpu.train;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import org.splatline.gpu.Threads;
import org.splatline.gpu.backend.Target;
import org.splatline.gpu.scene.Scene;
import org.splatline.gpu.scene.View;
import org.splatline.gpu.verdict.SceneException;

/**
 * A scene with its training pictures, read and reduced. Training it reads nothing from the disk, so
 * one scene can be prepared while another one trains.
 *
 * @param targets one per training view, in the same order
 */
public record PreparedScene(Scene scene, List<Target> targets) {
  /** Limits how many full pictures are in memory at once: one of 45 MP takes 135 MB. */
  private static final int MOST_AT_A_TIME = 8;

  public PreparedScene {
    targets = List.copyOf(targets);
  }

  /**
   * Reads the pictures, sets near planes, and leaves as many random points as there may be
   * Gaussians. Throws {@link SceneException} if a picture can't be read.
   */
  public static PreparedScene of(Scene read, TrainConfig config) {
    Scene scene =
        NearPlanes.in(read, config.train()).withRandomPointsCapped(config.densify().maxGaussians());
    int threads = Math.min(MOST_AT_A_TIME, Runtime.getRuntime().availableProcessors());
    ExecutorService pool = Threads.pool("training-pictures", threads);
    try {
      List<CompletableFuture<Target>> targets =
          scene.trainViews().stream()
              .map(view -> CompletableFuture.supplyAsync(() -> target(view, config.image()), pool))
              .toList();
      return new PreparedScene(scene, targets.stream().map(CompletableFuture::join).toList());
    } catch (CompletionException e) {
      throw unwrapped(e);
    } finally {
      pool.shutdownNow();
    }
  }

  private static RuntimeException unwrapped(CompletionException e) {
    if (e.getCause() instanceof Error error) {
      throw error;
    }
    return e.getCause() instanceof RuntimeException cause ? cause : e;
  }

  private static Target target(View view, ImageConfig image) {
    return new Target(
        TargetSizes.reduced(view.camera(), image), TargetSizes.reducedPicture(view, image));
  }
}
