package org.splatline.gpu.cli;

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
import org.splatline.gpu.scene.Scene;
import org.splatline.gpu.scene.SceneException;
import org.splatline.gpu.scene.SceneReader;
import org.splatline.gpu.scene.Verdict;
import org.splatline.gpu.train.ScheduleConfig;

/** Opens the scene folders that commands are given. */
final class SceneFolders {
  private static final Duration UNDISTORT_TIMEOUT = Duration.ofHours(2);

  private SceneFolders() {}

  /**
   * A scene ready to train. Distorted cameras are undistorted by COLMAP into {@code
   * work/undistorted}, once; where COLMAP is missing the {@link
   * org.splatline.gpu.scene.SceneException} names it.
   */
  static Scene open(Path folder, Path work, ScheduleConfig config) {
    String id = folder.toAbsolutePath().normalize().getFileName().toString();
    double share = config.minPresentShare();
    if (!SceneReader.isDistorted(id, folder, share)) {
      return SceneReader.read(id, folder, share);
    }
    Path pinhole = work.resolve("undistorted");
    if (!Files.exists(pinhole)) {
      System.err.printf("scene %s: its cameras are distorted: undistorting with COLMAP%n", id);
      undistort(id, folder, pinhole, share);
    }
    return SceneReader.read(id, pinhole, share);
  }

  private static void undistort(String id, Path folder, Path pinhole, double share) {
    try {
      new Undistorter(new ColmapBinary("colmap"), UNDISTORT_TIMEOUT)
          .undistort(id, folder, pinhole, share, line -> {});
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Cannot undistort scene %s into %s: %s".formatted(id, pinhole, e.getMessage()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SceneException(
          Verdict.CANCELLED,
          "Cannot undistort scene %s: interrupted. Start again".formatted(id),
          e);
    }
  }

  /** Deletes a folder and all below it. */
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
