package org.splatline.gpu.scene;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.splatline.gpu.scene.colmap.ColmapModel;
import org.splatline.gpu.scene.colmap.ColmapPoints;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;

/**
 * What a scene's folder holds: registered photographs of any camera model, and sparse points.
 *
 * @param present sorted by name in code-unit order, at least two
 * @param missing named by the model, absent from the folder
 * @param points may be none
 * @param space where the scene lies when there are no points
 */
public record SceneImages(
    List<SourceImage> present, List<String> missing, ColmapPoints points, Space space) {

  /** What is known of where a scene lies. */
  public enum Space {
    /** Where the cameras look. */
    BETWEEN_CAMERAS,
    /** Within ±1.3 of the origin, as NeRF's synthetic scenes. */
    NERF_SYNTHETIC
  }

  public SceneImages {
    present = List.copyOf(present);
    missing = List.copyOf(missing);
  }

  /**
   * Reads {@code sparse/0} or else {@code transforms*.json}, and the pictures' headers.
   *
   * @param id names the scene in messages
   * @param minPresentShare share of the model's images that must be present, (0, 1]
   * @throws SceneException UNSUPPORTED_INPUT without the folder or when model and pictures don't
   *     match; NO_MODEL; FEW_IMAGES; UNREADABLE_IMAGES
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
    return images;
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
            : "Run the whole line on its photographs, which makes a model, or copy one there.";
    throw new SceneException(
        Verdict.NO_MODEL,
        "Cannot read scene %s: %s holds neither a COLMAP model in sparse/0/ nor transforms.json. %s"
            .formatted(id, folder, advice));
  }

  private static void checkEnough(String id, SceneImages images, double minPresentShare) {
    int present = images.present().size();
    int named = present + images.missing().size();
    if (present < 2) {
      throw new SceneException(
          Verdict.FEW_IMAGES,
          "Cannot read scene %s: %d of the %d images its model names are there, need 2. Copy the photographs into images/%s."
              .formatted(id, present, named, firstMissing(images)));
    }
    if (present < minPresentShare * named) {
      throw new SceneException(
          Verdict.FEW_IMAGES,
          "Cannot read scene %s: %d of the %d images its model names are there, need %.0f %%. Copy the others into images/%s or lower train.min-present-share."
              .formatted(id, present, named, 100 * minPresentShare, firstMissing(images)));
    }
  }

  private static String firstMissing(SceneImages images) {
    return images.missing().isEmpty() ? "" : " (" + images.missing().get(0) + " is absent)";
  }
}
