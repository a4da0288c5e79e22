package org.splatline.gpu.colmap;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.splatline.gpu.scene.SceneImages;
import org.splatline.gpu.scene.SceneReader;
import org.splatline.gpu.scene.colmap.ColmapBinaryWriter;
import org.splatline.gpu.scene.colmap.ColmapImage;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;

/**
 * Converts distorted scenes to pinhole scenes with {@code colmap image_undistorter}.
 *
 * @param timeout time limit for the whole scene
 */
public record Undistorter(ColmapBinary colmap, Duration timeout) {

  /**
   * Writes {@code images/} and {@code sparse/0/} of a scene's present images to {@code out}, and
   * {@code masks/} and {@code alignment.json} if the scene has them. {@code out} appears complete
   * or not at all. Points are kept without their tracks. A split by transforms_train/test.json is
   * not kept. If COLMAP fails, its log stays beside {@code out}.
   *
   * @param out must be missing or empty; its parent is created
   * @param minPresentShare as in {@link SceneImages#read}
   * @param onLine receives COLMAP's output, from another thread
   * @throws SceneException as {@link SceneImages#read} and {@link ColmapProcess#run}; TOOL_CRASH
   *     when COLMAP fails or omits a picture
   * @throws IllegalArgumentException when {@code out} is not empty
   */
  public void undistort(
      String id, Path scene, Path out, double minPresentShare, Consumer<String> onLine)
      throws IOException, InterruptedException {
    checkEmpty(out);
    SceneImages images = SceneImages.read(id, scene, minPresentShare);
    UndistortionInput input = UndistortionInput.of(scene, images);
    Path parent = Files.createDirectories(out.toAbsolutePath().normalize().getParent());
    Path log = parent.resolve(out.getFileName() + ".undistort.log");
    Files.deleteIfExists(log);
    Path work = Files.createTempDirectory(parent, ".undistort-");
    try {
      Path result = run(id, input, Files.createDirectory(work.resolve("scene")), log, onLine);
      keepScene(result);
      keepAlignment(scene, result);
      Path maskWork = Files.createDirectory(work.resolve("masks"));
      UndistortionInput masks =
          UndistortionInput.ofMasks(scene, images, maskWork.resolve("pictures"));
      if (!masks.model().images().isEmpty()) {
        Path undistorted = run(id, masks, maskWork, log, onLine);
        Files.move(undistorted.resolve("images"), result.resolve("masks"));
      }
      Files.deleteIfExists(out); // an empty folder
      Files.move(result, out, StandardCopyOption.ATOMIC_MOVE);
      Files.deleteIfExists(log);
    } finally {
      delete(work);
    }
  }

  private static void checkEmpty(Path out) throws IOException {
    if (!Files.exists(out)) {
      return;
    }
    boolean empty = false;
    if (Files.isDirectory(out)) {
      try (Stream<Path> files = Files.list(out)) {
        empty = files.findAny().isEmpty();
      }
    }
    if (!empty) {
      throw new IllegalArgumentException(
          "Cannot undistort to %s: it exists and is not an empty folder. Choose another --out."
              .formatted(out));
    }
  }

  /** Runs COLMAP; returns the folder in {@code work} that it wrote. */
  private Path run(String id, UndistortionInput input, Path work, Path log, Consumer<String> onLine)
      throws IOException, InterruptedException {
    Path model = work.resolve("model");
    Path result = Files.createDirectory(work.resolve("result"));
    ColmapBinaryWriter.write(input.model(), model);
    List<String> command =
        colmap.command(
            "image_undistorter",
            "--image_path",
            input.pictures().toAbsolutePath().toString(),
            "--input_path",
            model.toString(),
            "--output_path",
            result.toString(),
            "--output_type",
            "COLMAP");
    ProcessResult process =
        ColmapProcess.run(command, work, log, ProcessLimits.of(timeout), onLine);
    checkDone(id, input, result, process, log);
    return result;
  }

  /** COLMAP ends with 0 even if it cannot read a picture, so this checks the files it wrote. */
  private static void checkDone(
      String id, UndistortionInput input, Path result, ProcessResult process, Path log) {
    List<String> absent =
        input.model().images().stream()
            .map(ColmapImage::name)
            .filter(name -> !Files.isRegularFile(result.resolve("images").resolve(name)))
            .toList();
    if (process.exitCode() != 0 || !absent.isEmpty()) {
      throw new SceneException(
          Verdict.TOOL_CRASH,
          "Cannot undistort scene %s: COLMAP ended with exit code %d and did not write %d of %d pictures%s. Last lines: %s. Read the full log: %s."
              .formatted(
                  id,
                  process.exitCode(),
                  absent.size(),
                  input.model().images().size(),
                  absent.isEmpty() ? "" : " (" + absent.get(0) + ")",
                  process.tail(),
                  log));
    }
  }

  /** Moves {@code sparse/*} to {@code sparse/0/} and deletes files for COLMAP's dense stage. */
  private static void keepScene(Path result) throws IOException {
    Path sparse = result.resolve("sparse");
    Path model = Files.createDirectories(sparse.resolve("0"));
    for (Path file : list(sparse)) {
      if (Files.isRegularFile(file)) {
        Files.move(file, model.resolve(file.getFileName()));
      }
    }
    for (Path other : list(result)) {
      if (!other.endsWith("images") && !other.endsWith("sparse")) {
        delete(other);
      }
    }
  }

  /** Undistortion does not move cameras, so the alignment stays valid. */
  private static void keepAlignment(Path scene, Path result) throws IOException {
    Path alignment = scene.resolve(SceneReader.ALIGNMENT);
    if (Files.isRegularFile(alignment)) {
      Files.copy(alignment, result.resolve(SceneReader.ALIGNMENT));
    }
  }

  private static List<Path> list(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }

  private static void delete(Path root) throws IOException {
    List<Path> children;
    try (Stream<Path> tree = Files.walk(root)) {
      children = tree.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path file : children) {
      Files.delete(file);
    }
  }
}
