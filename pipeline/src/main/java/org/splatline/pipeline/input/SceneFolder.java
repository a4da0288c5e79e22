package org.splatline.pipeline.input;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.splatline.gpu.io.PlainFiles;
import org.splatline.gpu.scene.SceneReader;
import org.splatline.gpu.sfm.SfmStage;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;

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

  /**
   * Throws HOSTILE_INPUT when a scene's folder or archive is a link, a device, a pipe or a socket,
   * or the folder holds one: what it leads to may be anybody's. Hidden files do not count. Only
   * what passes may be read.
   */
  static void requirePlain(String sceneId, Path scene) throws IOException {
    try (Stream<Path> paths = Files.walk(scene, DEPTH)) {
      for (Path path : (Iterable<Path>) paths::iterator) {
        String name = slashed(scene.relativize(path));
        Optional<String> oddity = isHidden(name) ? Optional.empty() : PlainFiles.oddity(path);
        if (oddity.isPresent()) {
          throw new SceneException(
              Verdict.HOSTILE_INPUT,
              "Cannot ingest scene %s: %s %s. Put the files themselves there."
                  .formatted(sceneId, name.isEmpty() ? scene.getFileName() : name, oddity.get()));
        }
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    } catch (NoSuchFileException e) {
      // then there is nothing to read, and others say so
    }
  }

  /** The names of the files that belong to the scene, sorted, with {@code /} between parts. */
  List<String> files() throws IOException {
    return paths().stream()
        .map(path -> slashed(root.relativize(path)))
        .filter(FileNames::isText)
        .filter(name -> !bringsModel || isModelFile(name) || isPicture(name))
        .sorted()
        .toList();
  }

  /** Files whose names aren't text, which only these paths can name. */
  List<Path> unnamable() throws IOException {
    return paths().stream().filter(path -> !FileNames.isText(path.toString())).toList();
  }

  private List<Path> paths() throws IOException {
    try (Stream<Path> paths = Files.walk(root, bringsModel ? DEPTH : 1)) {
      return paths
          .filter(path -> Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS))
          .filter(path -> !isHidden(slashed(root.relativize(path))))
          .toList();
    }
  }

  /** The name of a file below the folder, as a URI has it: no two files share one. */
  String shownName(Path file) {
    return file.toUri().getRawPath().substring(root.toUri().getRawPath().length());
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

  static boolean isHidden(String name) {
    return name.startsWith(".") || name.contains("/.");
  }

  /** Whether a file is a photograph, by its name. */
  static boolean isPicture(String name) {
    String extension = name.substring(name.lastIndexOf('.') + 1);
    return PICTURE_EXTENSIONS.contains(extension.toLowerCase(Locale.ROOT));
  }
}
