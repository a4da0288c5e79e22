package org.splatline.gpu.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.splatline.gpu.scene.Scene;
import org.splatline.gpu.scene.SceneReader;
import org.splatline.gpu.train.ScheduleConfig;

/** Opens the scene folders that commands are given. */
final class SceneFolders {
  private SceneFolders() {}

  /** A scene ready to train. */
  static Scene open(Path folder, Path work, ScheduleConfig config) {
    String id = folder.toAbsolutePath().normalize().getFileName().toString();
    return SceneReader.read(id, folder, config.minPresentShare());
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
