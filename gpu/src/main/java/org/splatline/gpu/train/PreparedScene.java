package org.splatline.gpu.train;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.function.Supplier;
import org.splatline.gpu.Bytes;
import org.splatline.gpu.Threads;
import org.splatline.gpu.backend.Target;
import org.splatline.gpu.picture.PictureFile;
import org.splatline.gpu.scene.Scene;
import org.splatline.gpu.scene.View;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;

/**
 * A scene with its training pictures, decoded and reduced, in a file. One scene can be prepared
 * while another one trains.
 *
 * <p>Whoever prepares a scene closes it when it is trained.
 *
 * @param targets one per training view, in the same order
 * @param pictures the file that holds the targets' pictures
 */
public record PreparedScene(Scene scene, List<Target> targets, PictureFile pictures)
    implements AutoCloseable {
  /** Limits how many full pictures are in memory at once: one of 45 MP takes 135 MB. */
  private static final int MOST_AT_A_TIME = 8;

  public PreparedScene {
    targets = List.copyOf(targets);
  }

  /**
   * Reads the pictures, sets near planes, and leaves as many random points as there may be
   * Gaussians. Throws {@link SceneException} if a picture can't be read, or if the disk has no room
   * for them.
   *
   * @param folder where the decoded pictures are kept, in a file without a name
   */
  public static PreparedScene of(Scene read, TrainConfig config, Path folder) {
    PictureLimit.check(read, config.image());
    Scene scene =
        NearPlanes.in(read, config.train()).withRandomPointsCapped(config.densify().maxGaussians());
    PictureFile pictures = new PictureFile(folder);
    try {
      checkSpace(scene, config.image(), folder);
      return new PreparedScene(scene, targets(scene, config.image(), pictures), pictures);
    } catch (RuntimeException | Error e) {
      pictures.close();
      throw e;
    }
  }

  private static List<Target> targets(Scene scene, ImageConfig image, PictureFile pictures) {
    int threads = Math.min(MOST_AT_A_TIME, Runtime.getRuntime().availableProcessors());
    ExecutorService pool = Threads.pool("training-pictures", threads);
    try {
      List<CompletableFuture<Target>> targets =
          scene.trainViews().stream()
              .map(view -> CompletableFuture.supplyAsync(() -> target(view, image, pictures), pool))
              .toList();
      return targets.stream().map(CompletableFuture::join).toList();
    } catch (CompletionException e) {
      throw unwrapped(e);
    } finally {
      pool.shutdownNow();
    }
  }

  private static void checkSpace(Scene scene, ImageConfig image, Path folder) {
    long needed =
        scene.trainViews().stream()
            .map(view -> TargetSizes.reduced(view.camera(), image).intrinsics())
            .mapToLong(size -> 3L * size.width() * size.height())
            .sum();
    long free = folder.toFile().getUsableSpace();
    if (free < needed) {
      throw new SceneException(
          Verdict.DISK_FULL,
          String.format(
              Locale.ROOT,
              "Cannot train scene %s: its %,d photographs take %s decoded, and %s has %s free. Free space there, or raise image.reduce",
              scene.id(),
              scene.trainViews().size(),
              Bytes.text(needed),
              folder,
              Bytes.text(free)));
    }
  }

  private static RuntimeException unwrapped(CompletionException e) {
    if (e.getCause() instanceof Error error) {
      throw error;
    }
    return e.getCause() instanceof RuntimeException cause ? cause : e;
  }

  private static Target target(View view, ImageConfig image, PictureFile pictures) {
    return new Target(
        TargetSizes.reduced(view.camera(), image),
        pictures.keep(TargetSizes.reducedPicture(view, image)));
  }

  /** Prepares a scene when it is first asked for, and closes it if it was. */
  public static final class Later implements Supplier<PreparedScene>, AutoCloseable {
    private final Supplier<PreparedScene> preparation;
    private PreparedScene prepared; // null: not asked for

    public Later(Scene scene, TrainConfig config, Path folder) {
      preparation = () -> of(scene, config, folder);
    }

    @Override
    public PreparedScene get() {
      if (prepared == null) {
        prepared = preparation.get();
      }
      return prepared;
    }

    @Override
    public void close() {
      if (prepared != null) {
        prepared.close();
      }
    }
  }

  @Override
  public void close() {
    pictures.close();
  }
}
