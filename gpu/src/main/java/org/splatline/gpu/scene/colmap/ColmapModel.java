package org.splatline.gpu.scene.colmap;

import static org.splatline.gpu.Checks.checkArgument;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;

/**
 * A sparse reconstruction as COLMAP writes it: cameras, images, points3D, each .bin or .txt.
 *
 * @param cameras by id
 * @param images in the file's order
 */
public record ColmapModel(
    Map<Integer, ColmapCamera> cameras, List<ColmapImage> images, ColmapPoints points) {

  public ColmapModel {
    cameras = Map.copyOf(cameras);
    images = List.copyOf(images);
    for (ColmapImage image : images) {
      checkArgument(
          cameras.containsKey(image.cameraId()),
          "Invalid model: image %s has camera %s, which is not there",
          image.name(),
          image.cameraId());
    }
  }

  /** Whether a folder holds all three files of a model. */
  public static boolean isAt(Path folder) {
    return holds(folder, ".bin") || holds(folder, ".txt");
  }

  private static boolean holds(Path folder, String suffix) {
    return Files.isRegularFile(folder.resolve("cameras" + suffix))
        && Files.isRegularFile(folder.resolve("images" + suffix))
        && Files.isRegularFile(folder.resolve("points3D" + suffix));
  }

  /**
   * Reads a folder; .bin wins over .txt, as in COLMAP. What a file claims is checked against its
   * length before memory is taken for it.
   *
   * @throws SceneException UNSUPPORTED_INPUT naming file and place when it's cut off, lies about
   *     its counts or uses a camera model not known here; NO_MODEL without the files
   */
  public static ColmapModel read(Path folder) {
    Map<Integer, ColmapCamera> cameras = readCameras(folder);
    List<ColmapImage> images;
    ColmapPoints points;
    if (holds(folder, ".bin")) {
      images = ColmapBinaryReader.images(folder.resolve("images.bin"));
      points = ColmapBinaryReader.points(folder.resolve("points3D.bin"));
    } else {
      images = ColmapTextReader.images(folder.resolve("images.txt"));
      points = ColmapTextReader.points(folder.resolve("points3D.txt"));
    }
    try {
      return new ColmapModel(cameras, images, points);
    } catch (IllegalArgumentException e) {
      throw new SceneException(
          Verdict.UNSUPPORTED_INPUT,
          "Cannot read %s: %s. Write the model again with COLMAP."
              .formatted(folder, e.getMessage()),
          e);
    }
  }

  /** The cameras alone, by id; errors as {@link #read}. */
  public static Map<Integer, ColmapCamera> readCameras(Path folder) {
    if (holds(folder, ".bin")) {
      return ColmapBinaryReader.cameras(folder.resolve("cameras.bin"));
    }
    if (holds(folder, ".txt")) {
      return ColmapTextReader.cameras(folder.resolve("cameras.txt"));
    }
    throw new SceneException(
        Verdict.NO_MODEL,
        "Cannot read a COLMAP model in %s: it has no cameras, images and points3D as .bin or .txt. Copy all three files of the model there."
            .formatted(folder));
  }

  public ModelStatistics statistics() {
    return ModelStatistics.of(images.size(), points);
  }
}
