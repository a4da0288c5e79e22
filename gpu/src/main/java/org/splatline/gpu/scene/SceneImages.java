package org.splatline.gpu.scene;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.splatline.gpu.scene.colmap.ColmapModel;
import org.splatline.gpu.scene.colmap.ColmapPoints;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;

/**
 * The content of a scene's folder: registered photographs, taken with any camera model, and sparse
 * points.
 *
 * @param present photographs that the folder has, sorted by name in code-unit order, at least two
 * @param missing names of photographs that the model has but the folder lacks
 * @param points may be empty
 * @param space where to start when there are no points
 */
public record SceneImages(
    List<SourceImage> present, List<String> missing, ColmapPoints points, Space space) {

  /** The part of space that a scene fills. */
  public enum Space {
    /** The part where the cameras look. */
    BETWEEN_CAMERAS,
    /** At most 1.3 from the origin on each axis, as in NeRF's synthetic scenes. */
    NERF_SYNTHETIC
  }

  public SceneImages {
    present = List.copyOf(present);
    missing = List.copyOf(missing);
  }

  /**
   * Reads {@code sparse/0}, or {@code transforms*.json} where that is absent, and the headers of
   * the pictures.
   *
   * @param id the scene's name, for messages
   * @param minPresentShare share of the model's images that must be present, (0, 1]
   * @throws SceneException UNSUPPORTED_INPUT when the folder is absent, model and pictures do not
   *     match, or the model has values that no photographs can have; NO_MODEL when there is none;
   *     FEW_IMAGES, UNREADABLE_IMAGES, TOO_LARGE
   */
  public static SceneImages read(String id, Path folder, double minPresentShare) {
    if (!Files.isDirectory(folder)) {
      throw new SceneException(
          Verdict.UNSUPPORTED_INPUT,
          "Cannot read scene %s: there is no folder %s. Name a folder with images/ and sparse/0/ or transforms.json."
              .formatted(id, folder));
    }
    SceneImages images = readModel(id, folder);
    checkEnough(id, images, minPresentShare);
    PlausibleModel.check(id, images);
    return images;
  }

  /** Whether a photograph has a distorted camera. */
  public boolean isDistorted() {
    return present.stream().anyMatch(image -> image.camera().isDistorted());
  }

  private static SceneImages readModel(String id, Path folder) {
    if (ColmapModel.isAt(folder.resolve("sparse/0"))) {
      return ColmapScene.read(folder);
    }
    if (TransformsJson.isAt(folder)) {
      return TransformsJson.read(folder);
    }
    String advice =
        ColmapModel.isAt(folder.resolve("sparse"))
            ? "Move the files of sparse/ into sparse/0/."
            : "Find its cameras first: bin/splatline sfm --scene %s --out DIR. Then train on DIR."
                .formatted(folder);
    throw new SceneException(
        Verdict.NO_MODEL,
        "Cannot read scene %s: %s has no COLMAP model in sparse/0/ and no transforms.json. %s"
            .formatted(id, folder, advice));
  }

  private static void checkEnough(String id, SceneImages images, double minPresentShare) {
    int present = images.present().size();
    int named = present + images.missing().size();
    if (present < 2) {
      throw new SceneException(
          Verdict.FEW_IMAGES,
          "Cannot read scene %s: %d of the %d images that its model names are present, need 2. Copy the photographs into images/%s."
              .formatted(id, present, named, firstMissing(images)));
    }
    if (present < minPresentShare * named) {
      throw new SceneException(
          Verdict.FEW_IMAGES,
          "Cannot read scene %s: %d of the %d images that its model names are present, need %.0f %%. Copy the others into images/%s or lower train.min-present-share."
              .formatted(id, present, named, 100 * minPresentShare, firstMissing(images)));
    }
  }

  private static String firstMissing(SceneImages images) {
    return images.missing().isEmpty() ? "" : " (" + images.missing().get(0) + " is missing)";
  }
}
