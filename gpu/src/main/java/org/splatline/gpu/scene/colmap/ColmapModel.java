package org.splatline.gpu.scene.colmap;

import static org.splatline.gpu.Checks.checkArgument;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;

/**
 * A sparse reconstruction as COLMAP writes it: the files cameras, images and points3D, all .bin or
 * all .txt.
 *
 * @param cameras by id
 * @param images in the order of the file
 */
public record ColmapModel(
    Map<Integer, ColmapCamera> cameras, List<ColmapImage> images, ColmapPoints points) {

  public ColmapModel {
    cameras = Map.copyOf(cameras);
    images = List.copyOf(images);
    Set<Integer> ids = new HashSet<>();
    Set<String> names = new HashSet<>();
    for (ColmapImage image : images) {
      checkArgument(ids.add(image.id()), "Invalid model: two images have the id %s", image.id());
      checkArgument(
          names.add(image.name()), "Invalid model: two images have the name %s", image.name());
      checkArgument(
          cameras.containsKey(image.cameraId()),
          "Invalid model: image %s has camera %s, which does not exist",
          image.name(),
          image.cameraId());
    }
  }

  /** Whether a folder has all three files of a model. */
  public static boolean isAt(Path folder) {
    return holds(folder, ".bin") || holds(folder, ".txt");
  }

  private static boolean holds(Path folder, String suffix) {
    return Files.isRegularFile(folder.resolve("cameras" + suffix))
        && Files.isRegularFile(folder.resolve("images" + suffix))
        && Files.isRegularFile(folder.resolve("points3D" + suffix));
  }

  /**
   * Reads a folder's .bin files, or its .txt files where those are absent, as COLMAP does. Counts
   * are checked against the length of the file before memory is allocated for them.
   *
   * @throws SceneException UNSUPPORTED_INPUT naming file and position when a file is cut off, has
   *     wrong counts, an id twice or an unknown camera model; NO_MODEL when files are missing;
   *     TOO_LARGE when it has more than 100,000 images, 10 million points or 60 million track
   *     entries
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

  /** Reads only the cameras, by id; throws as {@link #read}. */
  public static Map<Integer, ColmapCamera> readCameras(Path folder) {
    if (holds(folder, ".bin")) {
      return ColmapBinaryReader.cameras(folder.resolve("cameras.bin"));
    }
    if (holds(folder, ".txt")) {
      return ColmapTextReader.cameras(folder.resolve("cameras.txt"));
    }
    throw new SceneException(
        Verdict.NO_MODEL,
        "Cannot read a COLMAP model in %s: cameras, images or points3D is missing, as .bin or .txt. Copy all three files of the model there."
            .formatted(folder));
  }

  /** Figures that tell how good this model is. */
  public ModelStatistics statistics() {
    return ModelStatistics.of(images.size(), points);
  }
}
