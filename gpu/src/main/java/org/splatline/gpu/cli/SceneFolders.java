package org.splatline.gpu.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.splatline.gpu.colmap.ColmapBinary;
import org.splatline.gpu.colmap.Undistorter;
import org.splatline.gpu.config.CanonicalJson;
import org.splatline.gpu.config.Configuration;
import org.splatline.gpu.scene.Scene;
import org.splatline.gpu.scene.SceneReader;
import org.splatline.gpu.train.TrainConfig;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;

/** Opens the scene folders of commands. */
final class SceneFolders {
  private static final Duration UNDISTORT_TIMEOUT = Duration.ofHours(2);

  private SceneFolders() {}

  /**
   * Opens a scene that is ready to train. COLMAP undistorts distorted cameras into {@code
   * work/undistorted-…}; it does so again only if the folder's files have changed. Throws {@link
   * SceneException} if it needs COLMAP and there is none.
   */
  static Scene open(Path folder, Path work, Configuration configuration) {
    String id = folder.toAbsolutePath().normalize().getFileName().toString();
    double share = TrainConfig.of(configuration).train().minPresentShare();
    if (!SceneReader.isDistorted(id, folder, share)) {
      return SceneReader.read(id, folder, share);
    }
    Path pinhole = work.resolve("undistorted-" + contentKey(folder));
    if (!Files.exists(pinhole)) {
      System.err.printf("scene %s: COLMAP removes the lens distortion%n", id);
      undistort(id, folder, pinhole, configuration);
    }
    return SceneReader.read(id, pinhole, share);
  }

  /** A key of the folder's path and of its files' names, sizes and times. */
  private static String contentKey(Path folder) {
    ObjectNode content = JsonNodeFactory.instance.objectNode();
    Path root = folder.toAbsolutePath().normalize();
    content.put("folder", root.toString());
    try (Stream<Path> tree = Files.walk(root)) {
      for (Path file : tree.filter(Files::isRegularFile).toList()) {
        content.put(
            root.relativize(file).toString(),
            Files.size(file) + " " + Files.getLastModifiedTime(file).toMillis());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot list %s: %s".formatted(root, e.getMessage()), e);
    }
    return CanonicalJson.sha256(content).substring(0, 12);
  }

  private static void undistort(String id, Path folder, Path pinhole, Configuration configuration) {
    ColmapBinary colmap =
        new ColmapBinary(configuration.sectionJson("sfm").path("colmap").asText());
    double share = TrainConfig.of(configuration).train().minPresentShare();
    try {
      new Undistorter(colmap, UNDISTORT_TIMEOUT).undistort(id, folder, pinhole, share, line -> {});
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Cannot undistort scene %s into %s: %s".formatted(id, pinhole, e.getMessage()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SceneException(
          Verdict.CANCELLED,
          "Cannot undistort scene %s: it was interrupted. Start it again".formatted(id),
          e);
    }
  }

  /** Deletes a folder with all its files. */
  static void delete(Path folder) throws IOException {
    List<Path> files;
    try (Stream<Path> tree = Files.walk(folder)) {
      files = tree.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path file : files) {
      Files.delete(file);
    }
  }
}
