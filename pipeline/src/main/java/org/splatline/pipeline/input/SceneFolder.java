package org.splatline.pipeline.input;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.splatline.gpu.scene.SceneReader;
import org.splatline.gpu.sfm.SfmStage;

/**
 * The layout of a scene's folder.
 *
 * @param root what the names of its files are relative to
 * @param bringsModel whether the scene brings its cameras
 */
public record SceneFolder(Path root, boolean bringsModel) {
  private static final String FRAMES = "frames";
  private static final int DEPTH = 4; // scene/sparse/0/cameras.bin
  private static final Set<String> PICTURE_EXTENSIONS =
      Set.of("jpg", "jpeg", "png", "tif", "tiff", "bmp", "webp", "heic");

  static SceneFolder of(Path folder) {
    boolean bringsModel = SfmStage.bringsModel(folder);
    return new SceneFolder(bringsModel ? folder : photographs(folder), bringsModel);
  }

  /**
   * The folder of a scene's photographs: {@code images/} if there is one, else {@code frames/},
   * else the scene's folder.
   */
  public static Path photographs(Path sceneFolder) {
    return Stream.of("images", FRAMES)
        .map(sceneFolder::resolve)
        .filter(Files::isDirectory)
        .findFirst()
        .orElse(sceneFolder);
  }

  /** Whether the photographs are a video's frames in order: those in {@code frames/}. */
  boolean holdsFrames() {
    return !bringsModel && root.endsWith(FRAMES);
  }

  /** The photographs that ingest made of a scene's files. */
  static SceneFolder made(Path folder) {
    return new SceneFolder(folder, false);
  }

  /** The names of the files that belong to the scene, sorted, with {@code /} between parts. */
  List<String> files() throws IOException {
    try (Stream<Path> paths = Files.walk(root, bringsModel ? DEPTH : 1)) {
      return paths
          .filter(Files::isRegularFile)
          .map(path -> slashed(root.relativize(path)))
          .filter(name -> !isHidden(name))
          .filter(name -> !bringsModel || isModelFile(name) || isPicture(name))
          .sorted()
          .toList();
    }
  }

  Path file(String name) {
    return root.resolve(name);
  }

  /** Whether a file belongs to the model that the scene brings. */
  boolean isModelFile(String name) {
    return bringsModel
        && (name.startsWith("sparse/0/")
            || name.equals(SceneReader.ALIGNMENT)
            || name.matches("transforms[^/]*\\.json"));
  }

  private static String slashed(Path path) {
    return path.toString().replace(path.getFileSystem().getSeparator(), "/");
  }

  private static boolean isHidden(String name) {
    return name.startsWith(".") || name.contains("/.");
  }

  private static boolean isPicture(String name) {
    String extension = name.substring(name.lastIndexOf('.') + 1);
    return PICTURE_EXTENSIONS.contains(extension.toLowerCase(Locale.ROOT));
  }
}
