package org.splatline.gpu.scene;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;

/** Reads a scene folder: {@code images/} with {@code sparse/0/} or {@code transforms*.json}. */
public final class SceneReader {
  private static final Logger LOG = LoggerFactory.getLogger(SceneReader.class);
  private static final int HOLD_OUT_EVERY = 8;

  /** Name of the file in a scene's folder that has its position on the earth. */
  public static final String ALIGNMENT = "alignment.json";

  private SceneReader() {}

  /**
   * Reads views, split and starting points. {@code sparse/0} is used before {@code
   * transforms*.json}. Every eighth view in code-unit order of names is held out, beginning with
   * the first, unless {@code transforms_train.json} and {@code transforms_test.json} define the
   * split. A scene without sparse points gets 100 000 random ones; training takes at most {@code
   * densify.max-gaussians} of them. Photographs may have {@link Masks}, the scene an {@link
   * #ALIGNMENT}.
   *
   * @param minPresentShare share of the model's images that must be present, (0, 1]
   * @throws SceneException as {@link SceneImages#read}, and UNSUPPORTED_INPUT when a camera is
   *     distorted: check {@link #isDistorted} first
   */
  public static Scene read(String id, Path folder, double minPresentShare) {
    SceneImages images = SceneImages.read(id, folder, minPresentShare);
    Masks masks = Masks.of(folder);
    List<View> train = new ArrayList<>();
    List<View> test = new ArrayList<>();
    int index = 0;
    for (SourceImage image : images.present()) {
      checkPinhole(id, folder, image);
      (isHeldOut(image, index++) ? test : train).add(image.view(masks));
    }
    if (masks.exist()) {
      LOG.info(
          "scene {}: {} of {} photographs have a mask",
          id,
          Stream.of(train, test).flatMap(List::stream).filter(v -> v.mask().isPresent()).count(),
          images.present().size());
    }
    return new Scene(id, train, test, points(images), images.missing(), alignment(folder));
  }

  private static Optional<Path> alignment(Path folder) {
    return Optional.of(folder.resolve(ALIGNMENT)).filter(Files::isRegularFile);
  }

  private static boolean isHeldOut(SourceImage image, int index) {
    return switch (image.part()) {
      case TRAIN -> false;
      case TEST -> true;
      case BY_INDEX -> index % HOLD_OUT_EVERY == 0;
    };
  }

  private static SparsePoints points(SceneImages images) {
    SparsePoints points = SparsePoints.of(images.points(), images.present());
    return points.size() > 0
        ? points
        : StartingPoints.random(
            images.present().stream().map(SourceImage::pinhole).toList(), images.space());
  }

  private static void checkPinhole(String id, Path folder, SourceImage image) {
    if (image.camera().isDistorted()) {
      throw new SceneException(
          Verdict.UNSUPPORTED_INPUT,
          "Cannot train scene %s: the %s camera of %s is distorted. Run splatline undistort --scene %s --out DIR and train on DIR."
              .formatted(id, image.camera().model(), image.name(), folder));
    }
  }

  /**
   * Whether a picture in the folder has a distorted camera, so that the scene must be undistorted
   * before {@link #read}. A perspective camera whose distortion parameters are all 0 counts as a
   * pinhole.
   *
   * @throws SceneException as {@link SceneImages#read}
   */
  public static boolean isDistorted(String id, Path folder, double minPresentShare) {
    return SceneImages.read(id, folder, minPresentShare).isDistorted();
  }
}
